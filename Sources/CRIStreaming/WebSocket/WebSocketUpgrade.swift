import Crypto
import FoundationEssentials
import NIOHTTP1

/// The opening handshake of a WebSocket.
/// - Source: RFC 6455, section 4.2.
enum WebSocketUpgrade {
    enum Outcome: Equatable {
        /// The client's first protocol that we have; "" when it named none.
        case agreed(String, HTTPHeaders)
        case refused(HTTPResponseStatus, HTTPHeaders, String)
    }
    private static let key = "Sec-WebSocket-Key"
    private static let version = "Sec-WebSocket-Version"
    private static let protocols = "Sec-WebSocket-Protocol"

    static func isAsked(_ headers: HTTPHeaders) -> Bool { SPDYUpgrade.isUpgrade(headers, to: "websocket") }

    /// - Parameter supported: "" stands for a client that names no protocol.
    static func negotiate(_ method: HTTPMethod, _ headers: HTTPHeaders, supported: Set<String>) -> Outcome {
        guard method == .GET else { return .refused(.methodNotAllowed, ["Allow": "GET"], "websocket: only with GET") }
        guard headers.first(name: version) == "13" else {
            return .refused(.upgradeRequired, [version: "13", "Upgrade": "websocket"], "\(version): must be 13")
        }
        guard let challenge = headers.first(name: key), Data(base64Encoded: challenge)?.count == 16 else {
            return .refused(.badRequest, [:], "\(key): must be 16 bytes in base64")
        }
        let wanted = headers[canonicalForm: protocols].map(String.init).filter { !$0.isEmpty }
        guard let agreed = wanted.isEmpty ? "" : wanted.first(where: supported.contains), supported.contains(agreed)
        else { return .refused(.forbidden, [:], "\(protocols): none of \(wanted) is served") }
        var answer: HTTPHeaders = [
            "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Accept": accept(challenge),
        ]
        if !agreed.isEmpty { answer.add(name: protocols, value: agreed) }
        return .agreed(agreed, answer)
    }

    static func accept(_ challenge: String) -> String {
        let text = challenge + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        return Data(Insecure.SHA1.hash(data: Data(text.utf8))).base64EncodedString()
    }
}
