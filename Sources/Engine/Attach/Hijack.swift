import DockerAPI
import HTTPServer
import NIOHTTP1

/// The head of an answer that takes the connection over.
enum Hijack {
    /// `101 UPGRADED` for a client that asked to upgrade, `200 OK` for one that did not; both then carry raw bytes.
    /// - Parameter isTerminal: raw output instead of frames. From 1.42 on the content type of an upgraded stream says so.
    static func answer(
        _ call: Call, isTerminal: Bool, run: @escaping @Sendable (ClientStream) async throws -> Void
    ) -> ServerResponse {
        let upgrades = call.request.wantsUpgrade
        let isMultiplexed = upgrades && !isTerminal && call.version >= .v1_42
        var headers: HTTPHeaders = [
            "Content-Type": isMultiplexed ? Answer.multiplexedStreamType : Answer.rawStreamType
        ]
        if upgrades {
            headers.add(name: "Connection", value: "Upgrade")
            headers.add(name: "Upgrade", value: "tcp")
        }
        return .hijack(
            status: upgrades ? .custom(code: 101, reasonPhrase: "UPGRADED") : .ok, headers: headers
        ) { connection in
            try await run(ClientStream(connection))
        }
    }
}
