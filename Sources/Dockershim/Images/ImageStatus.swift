package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    /// An absent image is an answer without one, not an error.
    package func imageStatus(
        _ request: ImageStatusRequest, _ context: CallContext
    ) async throws(OxbowError) -> ImageStatusResponse {
        try await serve(context) {
            let found: ImageInspect
            do throws(DockerFailure) {
                found = try await findImageOrID(request.image?.image ?? "")
            } catch {
                guard error.saysNoSuchImage else { throw error }
                return ImageStatusResponse()
            }
            guard let config = found.config else {
                throw BridgeFailure(.ours, "image config is nil (\(found.id))")
            }
            let (uid, username) = UserEncoding.cri(config.user)
            let tags = realNames(found.repoTags)
            let image = Image(
                id: found.id, repoTags: tags, repoDigests: realNames(found.repoDigests),
                size: imageSize(size: found.size, virtual: found.virtualSize), uid: uid, username: username,
                spec: imageSpec(found.id), pinned: isPinned(tags))
            guard request.verbose else { return ImageStatusResponse(image: image) }
            if era.answersOnlyWhat120Knew { return ImageStatusResponse(image: image, info: config.labels ?? [:]) }
            let steps = try await docker.imageHistory(found.id)
            return ImageStatusResponse(image: image, info: ["info": try ImageInfo(found, steps).text])
        }
    }

    /// The image that Docker finds, if it is one that the name really means.
    /// - Throws: a failure that `saysNoSuchImage` when it is not.
    func findImage(_ name: String) async throws(DockerFailure) -> ImageInspect {
        let found = try await docker.inspectImage(name)
        let tags = found.repoTags ?? []
        guard ImageMatching.byName(name, id: found.id, tags: tags, digests: found.repoDigests ?? []) else {
            throw .reworded(kind: "image", name: name)
        }
        return found
    }

    func findImageByID(_ id: String) async throws(DockerFailure) -> ImageInspect {
        let found = try await docker.inspectImage(id)
        guard ImageMatching.byID(id, id: found.id) else { throw .reworded(kind: "image", name: id) }
        return found
    }

    /// By name, else by id: one question to the daemon, two in 1.20.
    func findImageOrID(_ wanted: String) async throws(DockerFailure) -> ImageInspect {
        if era.asksForImagesTwice {
            do throws(DockerFailure) {
                return try await findImage(wanted)
            } catch {
                guard error.saysNoSuchImage else { throw error }
                return try await findImageByID(wanted)
            }
        }
        // What can be no image's name is no image: Docker would answer 400.
        guard ImageName(wanted) != nil || ImageName.isID(wanted) else { throw .reworded(kind: "image", name: wanted) }
        let found = try await docker.inspectImage(wanted)
        let isNamed = ImageMatching.byName(
            wanted, id: found.id, tags: found.repoTags ?? [], digests: found.repoDigests ?? [])
        guard isNamed || ImageMatching.byID(wanted, id: found.id) || found.id == "sha256:" + wanted else {
            throw .reworded(kind: "image", name: wanted)
        }
        return found
    }
}
