import Synchronization
package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    /// Removes an image with all its names. Absent is a success.
    package func removeImage(
        _ request: RemoveImageRequest, _ context: CallContext
    ) async throws(OxbowError) -> RemoveImageResponse {
        try await serve(context) {
            let wanted = request.image?.image ?? ""
            memory.withLock { $0.imageNames.forgetAll() }
            let found: ImageInspect
            do throws(DockerFailure) {
                found = try await era.removesByIdOnly ? findImageByID(wanted) : findImageOrID(wanted)
            } catch {
                guard error.saysNoSuchImage else { throw error }
                return RemoveImageResponse()
            }
            for name in namesToRemove(found, asked: wanted) { try await removeIfPresent(name) }
            return RemoveImageResponse()
        }
    }

    /// Docker removes the image with its last name, and by id when it has one name at most; the rest of these calls, which
    /// 1.20 made all the same, would only meet a 404.
    private func namesToRemove(_ image: ImageInspect, asked: String) -> [String] {
        let tags = image.repoTags ?? []
        if era.removesByIdOnly { return tags + (image.repoDigests ?? []) + [asked] }
        return tags.dropFirst() + [image.id]
    }

    private func removeIfPresent(_ name: String) async throws(DockerFailure) {
        do throws(DockerFailure) {
            try await docker.removeImage(name)
        } catch {
            guard error.saysNoSuchImage else { throw error }
        }
    }
}
