import FoundationEssentials
import Linux

/// A token service as Docker's registries have them, with a key and a certificate of its own.
///
/// - Source: "Token Authentication Specification" of distribution/distribution: signed with RS256, certificate in `x5c`.
package struct TokenServer: Sendable {
    package static let service = "test registry"
    package static let issuer = "test issuer"
    package static let user = "user"
    package static let password = "secret"
    package static let refreshToken = "refresh-me"

    private let folder: TemporaryFolder
    private let address: String
    private let server: ScriptedServer
    /// The certificate in base64.
    private let chain: String
    package var certificate: String { folder.appending("token.crt") }
    package var realm: String { "http://\(address)/token" }
    package var requests: [ScriptedServer.Request] { server.requests }

    package static func with<Result: Sendable>(
        in folder: TemporaryFolder, _ body: (TokenServer) async throws -> Result
    ) async throws -> Result {
        let (key, certificate) = (folder.appending("token.key"), folder.appending("token.crt"))
        try await openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=tokens",
            "-days", "2")
        let pem = try await blocking { String(decoding: try Files.read(certificate), as: UTF8.self) }
        let chain = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        return try await ScriptedServer.with { request, _ in
            do {
                return try await answer(request, key: key, chain: chain, folder: folder)
            } catch {
                return .init(status: "500 Internal Server Error", body: Array("\(error)".utf8))
            }
        } body: { server in
            try await body(TokenServer(folder: folder, address: server.address, server: server, chain: chain))
        }
    }

    /// Who comes with a password or a refresh token is known or refused; nobody is anonymous, with access to nothing.
    private static func answer(
        _ request: ScriptedServer.Request, key: String, chain: String, folder: TemporaryFolder
    ) async throws -> ScriptedServer.Reply {
        let query = request.line.split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
        let fields = form(query) + form(request.body)
        let refresh = fields.first { $0.name == "refresh_token" }?.value
        let basic = "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
        let isKnown = request["Authorization"] == basic || refresh == refreshToken
        guard isKnown || (request["Authorization"] == nil && refresh == nil) else { return .refused() }
        let scopes = isKnown ? fields.filter { $0.name == "scope" }.map(\.value) : []
        let token = try await token(for: scopes, key: key, chain: chain, folder: folder)
        return .init(headers: ["Content-Type: application/json"], body: Array(#"{"token":"\#(token)"}"#.utf8))
    }

    /// A token for `repository:a/b:pull`, as the service gives it to who is known.
    package func token(for scope: String) async throws -> String {
        try await Self.token(for: [scope], key: folder.appending("token.key"), chain: chain, folder: folder)
    }

    private struct Claims: Encodable {
        struct Access: Encodable {
            var type: String
            var name: String
            var actions: [String]
        }
        var iss = TokenServer.issuer
        var sub = TokenServer.user
        var aud = TokenServer.service
        var exp: Int64
        var nbf: Int64
        var iat: Int64
        var jti: String
        var access: [Access]
    }
    private struct Head: Encodable {
        var typ = "JWT"
        var alg = "RS256"
        var x5c: [String]
    }

    private static func token(
        for scopes: [String], key: String, chain: String, folder: TemporaryFolder
    ) async throws -> String {
        let now = Timestamp.now().nanoseconds / 1_000_000_000
        let access = scopes.compactMap { scope -> Claims.Access? in
            let parts = scope.split(separator: ":").map(String.init)
            guard parts.count >= 3 else { return nil }
            return Claims.Access(
                type: parts[0], name: parts[1..<parts.count - 1].joined(separator: ":"),
                actions: parts[parts.count - 1].split(separator: ",").map(String.init))
        }
        let number = UInt64.random(in: 0 ... .max)
        let claims = Claims(exp: now + 300, nbf: now - 60, iat: now, jti: "\(number)", access: access)
        let text = try encoded(JSONEncoder().encode(Head(x5c: [chain]))) + "." + encoded(JSONEncoder().encode(claims))
        let (input, output) = (folder.appending("jwt-\(number)"), folder.appending("jwt-\(number).sig"))
        try await blocking { try Files.write(input, Array(text.utf8)) }
        try await openssl("dgst", "-sha256", "-sign", key, "-out", output, input)
        let signature = try await blocking { Data(try Files.read(output)) }
        return text + "." + encoded(signature)
    }

    /// Base64 for URLs, unpadded.
    private static func encoded(_ bytes: Data) -> String {
        bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func form(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1).map { decoded(String($0)) }
            return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
        }
    }

    private static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

struct OpenSSLFailure: Error { let words: String }

/// Runs the `openssl` program.
func openssl(_ arguments: String...) async throws {
    let result = try await Processes.shared.run(Command("openssl", arguments))
    guard result.status == .exited(0) else {
        throw OpenSSLFailure(words: String(decoding: result.errors, as: UTF8.self))
    }
}
