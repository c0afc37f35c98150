import HTTPServer
import NIOCore
import NIOHTTP1

extension Engine {
    /// `GET` and `HEAD /_ping`: every docker command begins with it.
    @Sendable func ping(_ call: Call) async throws -> ServerResponse {
        .bytes(
            status: .ok,
            headers: [
                "Content-Type": "text/plain; charset=utf-8",
                "Cache-Control": "no-cache, no-store, must-revalidate", "Pragma": "no-cache",
                // The classic builder: there is no BuildKit here.
                "Builder-Version": "1", "Swarm": "inactive",
            ],
            body: call.request.method == .HEAD ? ByteBuffer() : ByteBuffer(string: "OK"))
    }
}
