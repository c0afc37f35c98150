package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    /// The filter is Docker's, a glob over familiar names, or an id. Users are told by ImageStatus only.
    package func listImages(
        _ request: ListImagesRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListImagesResponse {
        try await serve(context) {
            let pattern = request.filter?.image?.image ?? ""
            if !era.filtersImagesByNameOnly, ImageName.isID(pattern) {
                let found = try await docker.images(reference: nil)
                return ListImagesResponse(images: found.filter { $0.id.hasSuffix(pattern) }.map(image))
            }
            let found = try await docker.images(reference: pattern.isEmpty ? nil : pattern)
            return ListImagesResponse(images: found.map(image))
        }
    }

    private func image(_ summary: ImageSummary) -> Image {
        let tags = summary.repoTags ?? []
        return Image(
            id: summary.id, repoTags: tags, repoDigests: summary.repoDigests ?? [],
            size: imageSize(size: summary.size, virtual: summary.virtualSize), pinned: isPinned(tags))
    }

    func imageSize(size: Int64, virtual: Int64) -> UInt64 {
        UInt64(max(era.readsVirtualSizes ? virtual : size, 0))
    }

    /// The pause image, which a kubelet must not collect while no pod runs.
    func isPinned(_ tags: [String]) -> Bool {
        !era.answersOnlyWhat120Knew && tags.contains(configuration.pauseImage)
    }
}
