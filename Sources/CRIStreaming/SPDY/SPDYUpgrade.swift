import NIOHTTP1

/// Agrees with a client on SPDY/3.1 and on a protocol over it.
enum SPDYUpgrade {
    static let offered = "X-Stream-Protocol-Version"
    static let accepted = "X-Accepted-Stream-Protocol-Versions"

    enum Outcome: Equatable {
        /// The client's first that we have.
        case agreed(String)
        case refused(HTTPResponseStatus, HTTPHeaders, String)
    }

    /// - Parameter supported: best first.
    static func negotiate(_ headers: HTTPHeaders, supported: [String]) -> Outcome {
        let wanted = headers[canonicalForm: offered].map(String.init).filter { !$0.isEmpty }
        guard !wanted.isEmpty else {
            return .refused(.badRequest, [:], "\(offered): required")
        }
        guard let agreed = wanted.first(where: supported.contains) else {
            let list = HTTPHeaders(supported.map { (accepted, $0) })
            return .refused(.forbidden, list, "\(offered): none of \(wanted) is served, but \(supported)")
        }
        guard isUpgrade(headers, to: "spdy/3.1") else {
            return .refused(.badRequest, [:], "upgrade: SPDY/3.1 or websocket required")
        }
        return .agreed(agreed)
    }

    /// Headers of the 101.
    static func headers(for agreed: String) -> HTTPHeaders {
        ["Connection": "Upgrade", "Upgrade": "SPDY/3.1", offered: agreed]
    }

    /// - Parameter name: lower case.
    static func isUpgrade(_ headers: HTTPHeaders, to name: String) -> Bool {
        headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
            && headers[canonicalForm: "upgrade"].contains { $0.lowercased() == name }
    }
}
