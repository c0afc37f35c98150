import Synchronization
package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    /// Removes an image with all its names, whichever of them was given. Absent is a success.
    package func removeImage(
        _ request: RemoveImageRequest, _ context: CallContext
    ) async throws(OxbowError) -> RemoveImageResponse {
        try await serve(context) {
            let wanted = request.image?.image ?? ""
            memory.withLock {
                $0.imageNames.forgetAll()
                $0.diskUsage = Remembered()
            }
            let found: ImageInspect
            do throws(DockerFailure) {
                found = try await era.removesByIdOnly ? findImageByID(wanted) : findImageOrID(wanted)
            } catch {
                guard error.saysNoSuchImage else { throw error }
                return RemoveImageResponse()
            }
            let names = namesToRemove(found, asked: wanted)
            if !era.removesByIdOnly, names.count > 1 { try await refuseIfUsed(found.id) }
            for name in names { try await removeIfPresent(name) }
            return RemoveImageResponse()
        }
    }

    /// Docker removes an image by id when all its names are in one repository and one of them at most is a tag. The rest of
    /// these calls, which 1.20 made all the same, would only meet a 404.
    private func namesToRemove(_ image: ImageInspect, asked: String) -> [String] {
        let tags = realNames(image.repoTags)
        let digests = realNames(image.repoDigests)
        if era.removesByIdOnly { return tags + digests + [asked] }
        let last = tags.first ?? digests.first
        // A repository's digests go with its last tag.
        let tagged = tags.compactMap(ImageName.init)
        let others = digests.filter { digest in
            guard let name = ImageName(digest), let last = last.flatMap(ImageName.init) else { return false }
            return !name.sameRepository(as: last) && !tagged.contains { $0.sameRepository(as: name) }
        }
        return tags.dropFirst() + others + [image.id]
    }

    /// With several names, Docker would take some away before it finds that it cannot remove the image.
    private func refuseIfUsed(_ id: String) async throws {
        let users = try await docker.containers(all: true, filters: ["ancestor": [id]])
        guard let user = users.first(where: { $0.imageID == id }) else { return }
        throw BridgeFailure(.wrongState, "image: in use by container \(user.id) (\(id))")
    }

    private func removeIfPresent(_ name: String) async throws(DockerFailure) {
        do throws(DockerFailure) {
            try await docker.removeImage(name)
        } catch {
            guard error.saysNoSuchImage else { throw error }
        }
    }
}
