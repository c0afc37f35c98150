import CRI
import GRPC
import Linux
import TestSupport
import Testing

extension Behaviour {
    @Suite(.enabled(if: RegistryFixture.isPossible, "needs docker-registry")) struct RegistryTLS {
        @Test("an https registry is believed once its authority is in its folder of certificates", arguments: Stage.all)
        func authority(_ stage: Stage) async throws {
            try await stage.check("PullImage") { kubelet in
                try await kubelet.registry(.password, speaksTLS: true) { registry in
                    let made = try await TestImage.make(Kubelet.markedFiles())
                    try await registry.push(made, as: "a/secure:1")
                    let name = "\(registry.address)/a/secure:1"
                    let auth = AuthConfig(username: TokenServer.user, password: TokenServer.password)
                    let folder = "\(kubelet.registryCertificates)/\(registry.address)"
                    let certificate = try #require(registry.certificate)
                    // Another authority's certificate does not help.
                    try await TemporaryFolder.with("other-ca") { other in
                        try await RegistryFixture.makeCertificate(in: other.appending("ca.crt"))
                        try await Self.copy(other.appending("ca.crt"), into: folder)
                    }
                    let refusal = await kubelet.failure { () throws(GRPCStatus) in try await kubelet.pull(name, auth) }
                    #expect(refusal?.message.contains("certificate") == true, "\(refusal?.message ?? "none")")
                    try await Self.copy(certificate, into: folder)
                    try await kubelet.pull(name, auth)
                    #expect(try await kubelet.present(name).id == made.id.description)
                    try await blocking { try Files.removeTree(folder) }
                }
            }
        }

        private static func copy(_ certificate: String, into folder: String) async throws {
            try await blocking {
                try Files.makeFolders(folder)
                try Files.write(folder + "/ca.crt", try Files.read(certificate))
            }
        }
    }
}
