package import CRI
package import CRIServer
import Core
package import Faults
import OCI

extension DirectCRI {
    package func listImages(
        _ request: ListImagesRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListImagesResponse {
        let wanted = request.filter?.image?.image ?? ""
        guard !wanted.isEmpty else { return ListImagesResponse(images: try await core.images().map(Image.init)) }
        return ListImagesResponse(images: try await core.image(wanted).map { [Image($0)] } ?? [])
    }
}

extension Image {
    /// A user that is a number goes into `uid`, any other into `username`; a group part is dropped, as kubelets expect.
    init(_ record: ImageRecord) {
        self.init(
            id: record.id.description, repoTags: record.tags.map(\.canonical),
            repoDigests: record.digests.map(\.canonical), size: record.size, pinned: record.pinned)
        let user = record.config.user.split(separator: ":").first.map(String.init) ?? ""
        if let number = Int64(user) { uid = Int64Value(value: number) } else { username = user }
    }
}
