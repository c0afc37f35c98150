import NIOCore
import Synchronization

@testable import Dockershim

/// A daemon that only tells its API level.
final class LevelledDaemon: DockerTransport {
    let endpoint = "unix:///levelled.sock"
    private let offered: String?
    private let headStatus: Int
    private let asked = Mutex<[String]>([])

    init(offered: String?, headStatus: Int = 200) {
        self.offered = offered
        self.headStatus = headStatus
    }

    var paths: [String] { asked.withLock { $0 } }

    func exchange(_ request: DockerRequest, bodyLimit: Int) async throws(DockerFailure) -> DockerAnswer {
        asked.withLock { $0.append("\(request.method) \(request.path)") }
        let headers = offered.map { [DockerRequest.Pair("API-Version", $0)] } ?? []
        return DockerAnswer(
            status: request.method == "HEAD" ? headStatus : 200, headers: headers, body: ByteBuffer(string: "{}"))
    }

    func stream(
        _ request: DockerRequest, receive: @Sendable (ByteBuffer) async throws -> Void
    ) async throws -> DockerAnswer { .done }

    func hijack(_ request: DockerRequest) async throws(DockerFailure) -> HijackAnswer { .refused(.done) }
}
