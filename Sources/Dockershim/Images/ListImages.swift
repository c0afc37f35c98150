package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    /// The filter is an id, a name, or a repository, which stands for all its images. Users are told by ImageStatus only.
    package func listImages(
        _ request: ListImagesRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListImagesResponse {
        try await serve(context) {
            let wanted = request.filter?.image?.image ?? ""
            if era.filtersImagesByNameOnly {
                let found = try await docker.images(reference: wanted.isEmpty ? nil : wanted)
                return ListImagesResponse(images: found.map(image))
            }
            let all = try await docker.images(reference: nil).map(image)
            guard !wanted.isEmpty else { return ListImagesResponse(images: all) }
            return ListImagesResponse(
                images: all.filter { ImageMatching.byFilter(wanted, id: $0.id, names: $0.repoTags + $0.repoDigests) })
        }
    }

    private func image(_ summary: ImageSummary) -> Image {
        let tags = realNames(summary.repoTags)
        return Image(
            id: summary.id, repoTags: tags, repoDigests: realNames(summary.repoDigests),
            size: imageSize(size: summary.size, virtual: summary.virtualSize), spec: imageSpec(summary.id),
            pinned: isPinned(tags))
    }

    /// Without Docker's `<none>:<none>`.
    func realNames(_ names: [String]?) -> [String] {
        era.filtersImagesByNameOnly ? names ?? [] : (names ?? []).filter { !$0.hasPrefix("<none>") }
    }

    /// Docker keeps no annotations of manifests.
    func imageSpec(_ id: String) -> ImageSpec? { era.answersOnlyWhat120Knew ? nil : ImageSpec(image: id) }

    func imageSize(size: Int64, virtual: Int64) -> UInt64 {
        UInt64(max(era.readsVirtualSizes ? virtual : size, 0))
    }

    /// The pause image, which a kubelet must not collect while no pod runs.
    func isPinned(_ tags: [String]) -> Bool {
        guard !era.answersOnlyWhat120Knew, let pause = ImageName(configuration.pauseImage) else { return false }
        return tags.contains { ImageName($0)?.isSame(as: pause) == true }
    }
}
