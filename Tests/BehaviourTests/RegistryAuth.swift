import CRI
import FoundationEssentials
import GRPC
import OCI
import TestSupport
import Testing

extension Behaviour {
    @Suite(.enabled(if: RegistryFixture.isPossible, "needs docker-registry")) struct RegistryAuth {
        private static let user = AuthConfig(username: TokenServer.user, password: TokenServer.password)
        private static let wrong = AuthConfig(username: TokenServer.user, password: "wrong")
        private static let encoded = Data("\(TokenServer.user):\(TokenServer.password)".utf8).base64EncodedString()

        private func pushed(_ registry: RegistryFixture) async throws -> String {
            try await registry.push(try await TestImage.make(Kubelet.markedFiles()), as: "a/private:1")
            return "\(registry.address)/a/private:1"
        }

        @Test("user name and password open a registry that asks for them", arguments: Stage.all)
        func password(_ stage: Stage) async throws {
            try await stage.check("PullImage") { kubelet in
                try await kubelet.registry(.password) { registry in
                    let name = try await pushed(registry)
                    try await kubelet.pull(name, Self.user)
                    #expect(try await kubelet.image(name) != nil)
                }
            }
        }

        @Test("`auth`, the base64 of both, does the same", arguments: Stage.all)
        func encoded(_ stage: Stage) async throws {
            try await stage.check("PullImage", gaps: [.dockershim120: "drops the field"]) { kubelet in
                for gate in [RegistryFixture.Gate.password, .token] {
                    try await kubelet.registry(gate) { registry in
                        try await kubelet.pull(try await pushed(registry), AuthConfig(auth: Self.encoded))
                    }
                }
            }
        }

        @Test(
            "`auth` that is no base64 of a pair is INVALID_ARGUMENT, and is not repeated in the message",
            arguments: Stage.all)
        func malformed(_ stage: Stage) async throws {
            try await stage.check("PullImage", gaps: [.dockershim120: "drops the field"]) { kubelet in
                try await kubelet.registry(.password) { registry in
                    let name = try await pushed(registry)
                    let alone = Data("secret-alone".utf8).base64EncodedString()
                    for (text, words) in [("secret!", "not base64"), (alone, "not user:password")] {
                        let failure = await kubelet.failure { () throws(GRPCStatus) in
                            try await kubelet.pull(name, AuthConfig(auth: text))
                        }
                        #expect(failure?.code == .invalidArgument)
                        #expect(failure?.message.contains(words) == true)
                        #expect(failure?.message.contains("secret") == false)
                    }
                }
            }
        }

        @Test(
            "wrong or no credentials are PERMISSION_DENIED in Docker's words, with basic and bearer authentication",
            arguments: Stage.all)
        func refused(_ stage: Stage) async throws {
            try await stage.check("PullImage", gaps: [.dockershim120: Gap.unknown]) { kubelet in
                for gate in [RegistryFixture.Gate.password, .token] {
                    try await kubelet.registry(gate) { registry in
                        let name = try await pushed(registry)
                        for auth in [Self.wrong, nil] {
                            await kubelet.expectRefusal(name, .permissionDenied, "pull access denied for ", with: auth)
                            await kubelet.expectRefusal(name, .permissionDenied, "unauthorized", with: auth)
                        }
                        #expect(try await kubelet.image(name) == nil)
                    }
                }
            }
        }

        @Test("the token service of a registry is asked with the password, for this repository", arguments: Stage.all)
        func token(_ stage: Stage) async throws {
            try await stage.check("PullImage") { kubelet in
                try await kubelet.registry(.token) { registry in
                    let name = try await pushed(registry)
                    let tokens = try #require(registry.tokens)
                    let before = tokens.requests.count
                    try await kubelet.pull(name, Self.user)
                    let asked = try #require(tokens.requests.dropFirst(before).first)
                    #expect(asked.line.contains("scope=repository%3Aa%2Fprivate%3Apull"))
                    #expect(
                        asked.line.contains("service=test%20registry") || asked.line.contains("service=test+registry"))
                    #expect(asked["Authorization"] == "Basic " + Self.encoded)
                    // One token is enough for manifest, configuration and layer.
                    #expect(tokens.requests.count == before + 1)
                }
            }
        }

        @Test(
            "an identity token is given to the token service, a registry token to the registry itself",
            arguments: Stage.all)
        func tokens(_ stage: Stage) async throws {
            try await stage.check("PullImage") { kubelet in
                try await kubelet.registry(.token) { registry in
                    let name = try await pushed(registry)
                    let tokens = try #require(registry.tokens)
                    try await kubelet.pull(name, AuthConfig(identityToken: TokenServer.refreshToken))
                    let asked = try #require(tokens.requests.last)
                    #expect(asked.line.hasPrefix("POST"))
                    #expect(asked.body.contains("grant_type=refresh_token"))

                    try await kubelet.remove(try await kubelet.present(name).id)
                    let before = tokens.requests.count
                    let token = try await tokens.token(for: "repository:a/private:pull")
                    try await kubelet.pull(name, AuthConfig(registryToken: token))
                    #expect(tokens.requests.count == before)
                    #expect(try await kubelet.image(name) != nil)
                }
            }
        }

        @Test("tokens that are refused are PERMISSION_DENIED", arguments: Stage.all)
        func refusedTokens(_ stage: Stage) async throws {
            try await stage.check("PullImage", gaps: [.dockershim120: Gap.unknown]) { kubelet in
                try await kubelet.registry(.token) { registry in
                    let name = try await pushed(registry)
                    for auth in [AuthConfig(identityToken: "wrong"), AuthConfig(registryToken: "wrong")] {
                        await kubelet.expectRefusal(name, .permissionDenied, "unauthorized", with: auth)
                    }
                }
            }
        }

        @Test(
            "credentials go to the registry that they are for, however it is written, and to no other",
            arguments: Stage.all)
        func server(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "uses credentials for whatever registry the image is from"]
            try await stage.check("PullImage", gaps: gaps) { kubelet in
                try await kubelet.registry(.password) { registry in
                    let name = try await pushed(registry)
                    for server in ["other.example.com", "https://127.0.0.1:1/v1/"] {
                        var auth = Self.user
                        auth.serverAddress = server
                        await kubelet.expectRefusal(name, .permissionDenied, "denied", with: auth)
                    }
                    for server in [registry.address, "http://\(registry.address)", "https://\(registry.address)/v2/"] {
                        var auth = Self.user
                        auth.serverAddress = server
                        try await kubelet.pull(name, auth)
                    }
                }
            }
        }
    }
}
