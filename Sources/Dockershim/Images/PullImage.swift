import Synchronization
package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    /// Pulls and answers with the image's id. In 1.20 with what a create may name: the repository digest, else the id.
    package func pullImage(
        _ request: CRI.PullImageRequest, _ context: CallContext
    ) async throws(OxbowError) -> CRI.PullImageResponse {
        try await serve(context) {
            let wanted = request.image?.image ?? ""
            guard let name = ImageName(wanted) else {
                throw BridgeFailure(.badRequest, "invalid reference format (\(wanted))")
            }
            let auth = request.auth ?? CRI.AuthConfig()
            let credentials = try PullCredentials(auth, for: name, era: era).docker
            do {
                try await docker.pull(name, credentials: credentials)
            } catch let failure as DockerFailure {
                if case .pull(502...504, _) = failure { throw BridgeFailure("RegistryUnavailable", failure) }
                throw BridgeFailure(failure.kindOfPull, failure.description, origin: failure)
            }
            memory.withLock {
                $0.imageNames.forgetAll()
                $0.diskUsage = Remembered()
            }
            let found = try await findImage(wanted)
            guard era.answersPullsWithDigest else { return PullImageResponse(imageRef: found.id) }
            return PullImageResponse(imageRef: found.repoDigests?.first ?? found.id)
        }
    }
}
