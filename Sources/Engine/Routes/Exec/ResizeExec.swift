import Core
import DockerAPI
import Faults
import HTTPServer
import NIOHTTP1

extension Engine {
    /// How long a resize waits for the program to run: clients send it as soon as they have asked for the start.
    static let resizePatience = Duration.seconds(10)

    /// `POST /exec/{id}/resize?h=&w=`
    @Sendable func resizeExec(_ call: Call) async throws -> ServerResponse {
        let (width, height) = try Self.terminalSize(call)
        let session = try exec(of: call)
        guard !session.isEnded,
            let process = await Deadline.within(Self.resizePatience, { await execs.process(session.id) })
        else { throw OxbowError(.missing, "No such exec instance: \(session.id)") }
        try await process.resize(width, height)
        return Answer.empty(.ok)
    }
}
