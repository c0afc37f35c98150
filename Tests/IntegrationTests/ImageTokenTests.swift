import Faults
import NIOCore
import OCI
import TestSupport
import Testing

/// The token dance of Docker Hub and its like, against a registry that is nothing but its answers.
@Suite(.timeLimit(.minutes(1))) struct ImageTokenTests {
    private static let manifest =
        #"{"schemaVersion":2,"config":{"digest":"sha256:\#(String(repeating: "a", count: 64))","size":1},"layers":[]}"#

    @Test("a registry's challenge is answered with a token, once for all further requests")
    func token() async throws {
        try await ScriptedServer.with { request, address in
            if request.head.hasPrefix("GET /token") {
                return request.head.contains("Authorization: Basic dXNlcjpzZWNyZXQ=")
                    ? .ok(#"{"token":"abc"}"#) : .refused()
            }
            guard request.head.contains("Authorization: Bearer abc") else {
                let scope = "repository:a/b:pull"
                return .refused(#"Bearer realm="http://\#(address)/token",service="reg istry",scope="\#(scope)""#)
            }
            return .ok(Self.manifest)
        } body: { server in
            let credentials = RegistryCredentials(username: "user", password: "secret")
            let client = RegistryClient(try Reference(parsing: "\(server.address)/a/b:1"), credentials: credentials)
            let first = try await client.manifest()
            _ = try await client.manifest(first.digest)
            let lines = server.requests.map { $0.line }
            #expect(
                lines == [
                    "GET /v2/a/b/manifests/1",
                    "GET /token?service=reg%20istry&scope=repository%3Aa%2Fb%3Apull",
                    "GET /v2/a/b/manifests/1", "GET /v2/a/b/manifests/\(first.digest)",
                ])
            let anonymous = RegistryClient(try Reference(parsing: "\(server.address)/a/b:1"))
            let error = await #expect(throws: OxbowError.self) { _ = try await anonymous.manifest() }
            #expect(error?.kind == .denied)
        }
    }

    @Test("a password does not go to a token service in the clear elsewhere, nor to where a blob is redirected")
    func secrets() async throws {
        try await ScriptedServer.with { _, _ in
            .ok("x")
        } body: { other in
            try await ScriptedServer.with { request, address in
                if request.head.hasPrefix("GET /v2/a/manifests") {
                    return .refused(#"Bearer realm="http://example.com/t""#)
                }
                if request.head.contains("Authorization: Basic") {
                    return .init(
                        status: "307 Temporary Redirect", headers: ["Location: http://\(other.address)/blob"])
                }
                return .refused("Basic realm=x")
            } body: { server in
                let credentials = RegistryCredentials(username: "user", password: "secret")
                let reference = try Reference(parsing: "\(server.address)/a:1")
                let client = RegistryClient(reference, credentials: credentials)
                let error = await #expect(throws: OxbowError.self) { _ = try await client.manifest() }
                #expect(error?.kind == .denied)
                #expect(error?.message.contains("not https") == true)

                let bytes = ByteBuffer(string: "x")
                let blob = try await client.blob(Descriptor(digest: Digest.of(bytes), size: 1), limit: 10)
                #expect(blob == bytes)
                #expect(other.requests.count == 1)
                #expect(other.requests.allSatisfy { $0["Authorization"] == nil })
            }
        }
    }

    @Test("a manifest that does not fit its digest, and one past its limit, are refused")
    func wrongContent() async throws {
        try await ScriptedServer.with { request, _ in
            request.head.contains("manifests/big") ? .ok(String(repeating: " ", count: 5 << 20)) : .ok(Self.manifest)
        } body: { server in
            let client = RegistryClient(try Reference(parsing: "\(server.address)/a:big"))
            let other = Digest.of(ByteBuffer(string: "other"))
            for (digest, kind) in [(other, OxbowError.Kind.corrupt), (nil, .tooLarge)] {
                let error = await #expect(throws: OxbowError.self) { _ = try await client.manifest(digest) }
                #expect(error?.kind == kind)
            }
        }
    }
}
