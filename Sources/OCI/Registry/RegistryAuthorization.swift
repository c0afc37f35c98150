import Faults
import FoundationEssentials
import HTTPClient
import NIOCore
import Synchronization

/// The `Authorization` of one repository at one registry: asked for when the registry first refuses, then kept.
final class RegistryAuthorization: Sendable {
    /// Bytes of a token service's answer.
    private static let answerLimit = 1 << 20
    private static let timeout = Duration.seconds(30)

    private let endpoint: RegistryEndpoint
    private let credentials: RegistryCredentials?
    private let trusts: RegistryTrust
    private let client: HTTPClient
    private let kept: Mutex<String?>

    /// - Parameter trusts: for the host of the token service.
    init(
        endpoint: RegistryEndpoint, credentials: RegistryCredentials?, trusts: RegistryTrust = .none,
        client: HTTPClient
    ) {
        self.endpoint = endpoint
        self.trusts = trusts
        self.credentials = credentials
        self.client = client
        let token = credentials?.registryToken ?? ""
        kept = Mutex(token.isEmpty ? nil : "Bearer \(token)")
    }

    /// The header's value; nil before the first challenge.
    var value: String? { kept.withLock { $0 } }

    /// Answers a challenge.
    /// - Returns: false when there is nothing to answer it with, or the answer was given already.
    /// - Throws: `.denied` when the token service refuses; `.runtimeDown` when it does not answer.
    func answer(_ header: String?) async throws(OxbowError) -> Bool {
        guard let header, let challenge = RegistryChallenge(header) else { return false }
        let before = value
        let now: String?
        switch challenge {
        case .basic: now = basic
        case .bearer(let realm, let service, let scope):
            now = "Bearer " + (try await token(realm: realm, service: service, scope: scope))
        }
        guard let now, now != before else { return false }
        kept.withLock { $0 = now }
        return true
    }

    private var basic: String? {
        guard let credentials, !credentials.username.isEmpty else { return nil }
        return "Basic " + Data("\(credentials.username):\(credentials.password)".utf8).base64EncodedString()
    }

    private struct TokenAnswer: Decodable {
        var token: String?
        var access_token: String?
    }

    private func token(realm: String, service: String?, scope: String?) async throws(OxbowError) -> String {
        // A password in the clear only to this host, and only when the registry itself is here.
        let host = realm.dropFirst("http://".count).prefix { $0 != "/" }
        let isHere = endpoint.isLoopback && RegistryEndpoint.isLoopback(host: String(host))
        guard realm.hasPrefix("https://") || (realm.hasPrefix("http://") && isHere) else {
            throw OxbowError(.denied, "unauthorized: the token service is not https (\(realm))")
        }
        var fields: [(String, String)] = []
        if let service { fields.append(("service", service)) }
        if let scope { fields.append(("scope", scope)) }
        let request: HTTPRequest
        if let refresh = credentials?.identityToken, !refresh.isEmpty {
            fields += [("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", "oxbow")]
            request = HTTPRequest(
                "POST", realm, headers: [("Content-Type", "application/x-www-form-urlencoded")],
                body: .bytes(ByteBuffer(string: Self.form(fields))), timeout: Self.timeout)
        } else {
            let query = Self.form(fields)
            let separator = realm.contains("?") ? "&" : "?"
            request = HTTPRequest(
                "GET", query.isEmpty ? realm : realm + separator + query,
                headers: basic.map { [("Authorization", $0)] } ?? [], timeout: Self.timeout)
        }
        return try await ask(request)
    }

    private func ask(_ plain: HTTPRequest) async throws(OxbowError) -> String {
        var request = plain
        request.direct = endpoint.isLoopback
        if plain.target.hasPrefix("https://") {
            let host = plain.target.dropFirst("https://".count).prefix { $0 != "/" && $0 != "?" }
            // It names a folder: what is no host's name has none.
            if Reference.isDomainName(host) { request.trust = try await trusts.find(String(host)) }
        }
        let response: HTTPResponse
        do throws(HTTPFailure) {
            response = try await client.send(request, bodyLimit: Self.answerLimit)
        } catch {
            throw RegistryClient.failure(error, "token service")
        }
        guard response.head.status == 200 else {
            let isRefusal = (400..<500).contains(response.head.status)
            let status = response.head.status
            throw OxbowError(
                isRefusal ? .denied : .runtimeDown,
                isRefusal
                    ? "unauthorized: the token service refuses the credentials (status \(status))"
                    : "registry: token service answered \(status)")
        }
        let answer = try OCIDocument.read(TokenAnswer.self, from: response.body, noun: "token")
        guard let token = answer.token ?? answer.access_token, !token.isEmpty else {
            throw OxbowError(.denied, "unauthorized: the token service gave no token")
        }
        return token
    }

    /// `application/x-www-form-urlencoded`.
    static func form(_ fields: [(String, String)]) -> String {
        func encode(_ text: String) -> String {
            var result = ""
            for byte in text.utf8 {
                let character = Character(UnicodeScalar(byte))
                if character.isASCII, character.isLetter || character.isNumber || "-._~".contains(character) {
                    result.append(character)
                } else {
                    let hex = String(byte, radix: 16, uppercase: true)
                    result += "%" + (hex.count < 2 ? "0" : "") + hex
                }
            }
            return result
        }
        return fields.map { "\($0)=\(encode($1))" }.joined(separator: "&")
    }
}
