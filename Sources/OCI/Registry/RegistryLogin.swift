package import Faults
import HTTPClient

/// Whether a registry takes a user's credentials: the root of its API, asked with them.
package enum RegistryLogin {
    /// - Parameter domain: `host:port`; Docker's names of its hub are known.
    /// - Throws: `.denied` when the registry or its token service refuses; `.runtimeDown` when it does not answer.
    package static func check(
        _ credentials: RegistryCredentials, at domain: String, trusts: RegistryTrust
    ) async throws(OxbowError) {
        guard Reference.isDomainName(domain[...]) else {
            throw OxbowError(.badRequest, "registry: not a host's name (\(domain))")
        }
        let trust = try await trusts.find(domain)
        let endpoint = RegistryEndpoint(domain: domain, isTrusted: trust != nil)
        let client = HTTPClient(.network)
        let authorization = RegistryAuthorization(
            endpoint: endpoint, credentials: credentials, trusts: trusts, client: client)
        var request = HTTPRequest("GET", endpoint.url + "/v2/", timeout: RegistryClient.timeout)
        request.direct = endpoint.isLoopback
        request.trust = trust
        var answered = false
        while true {
            let head: HTTPResponseHead
            do throws(HTTPFailure) {
                head = try await client.send(request, bodyLimit: 1 << 20).head
            } catch {
                throw RegistryClient.failure(error, domain)
            }
            if head.status == 200 { return }
            guard head.status == 401, !answered, try await authorization.answer(head["WWW-Authenticate"]) else {
                let told = "login attempt to \(endpoint.url)/v2/ failed with status: \(head.status)"
                throw OxbowError([401, 403].contains(head.status) ? .denied : .runtimeDown, told)
            }
            answered = true
            if let value = authorization.value { request.headers.append(("Authorization", value)) }
        }
    }
}
