import Synchronization
package import CRI
package import CRIServer
import DockerAPI
package import Faults
import FoundationEssentials

extension Dockershim {
    /// Pulls and answers with what a create may name: the repository digest, else the id.
    package func pullImage(
        _ request: CRI.PullImageRequest, _ context: CallContext
    ) async throws(OxbowError) -> CRI.PullImageResponse {
        try await serve(context) {
            let wanted = request.image?.image ?? ""
            guard let name = ImageName(wanted) else {
                throw BridgeFailure(.badRequest, "invalid reference format (\(wanted))")
            }
            do {
                try await docker.pull(name, credentials: credentials(request.auth ?? CRI.AuthConfig()))
            } catch let failure as DockerFailure {
                if case .pull(502...504, _) = failure { throw BridgeFailure("RegistryUnavailable", failure) }
                throw failure
            }
            memory.withLock { $0.imageNames.forgetAll() }
            let found = try await findImage(wanted)
            return PullImageResponse(imageRef: found.repoDigests?.first ?? found.id)
        }
    }

    /// Docker ignores `auth`, the base64 of `user:password`, so it is taken apart here; 1.20 dropped it.
    private func credentials(_ auth: CRI.AuthConfig) -> DockerAPI.AuthConfig {
        var docker = DockerAPI.AuthConfig()
        docker.username = auth.username
        docker.password = auth.password
        docker.serverAddress = auth.serverAddress
        docker.identityToken = auth.identityToken
        docker.registryToken = auth.registryToken
        if !era.knowsOnlyFieldsOf120, auth.username.isEmpty, let bytes = Data(base64Encoded: auth.auth) {
            let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1)
            if parts.count == 2 {
                docker.username = String(parts[0])
                docker.password = String(parts[1])
            }
        }
        return docker
    }
}
