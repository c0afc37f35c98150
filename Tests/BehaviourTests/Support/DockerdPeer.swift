import Comparison
import HTTPClient
import TestSupport
import Testing

/// A real dockerd in place of our engine.
enum DockerdPeer {
    static let daemon = StageDefinition.Daemon(
        name: "dockerd", program: "dockerd", arguments: DockerdFiles.arguments(in: "{folder}"),
        socket: "{folder}/docker.sock")

    static func load(_ archive: String, in folder: String) async throws {
        let client = HTTPClient(.unixSocket(path: folder + "/docker.sock"))
        let answer = try await client.send(
            HTTPRequest(
                "POST", "/images/load", headers: [("Content-Type", "application/x-tar")], body: .file(path: archive)))
        try #require(answer.head.status == 200, "\(String(buffer: answer.body))")
    }
}
