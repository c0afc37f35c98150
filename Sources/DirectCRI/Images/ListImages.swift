package import CRI
package import CRIServer
import Core
package import Faults
import OCI

extension DirectCRI {
    /// The filter is an id, a name, or a repository, which stands for all its images.
    package func listImages(
        _ request: ListImagesRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListImagesResponse {
        let wanted = request.filter?.image?.image ?? ""
        guard !wanted.isEmpty else { return ListImagesResponse(images: try await core.images().map(image)) }
        if let repository = try? Reference(parsing: wanted), repository.tag == nil, repository.digest == nil {
            let found = try await core.images().filter { record in
                (record.tags + record.digests).contains { $0.name == repository.name }
            }
            if !found.isEmpty { return ListImagesResponse(images: found.map(image)) }
        }
        return ListImagesResponse(images: try await find(wanted).map { [image($0)] } ?? [])
    }
}

extension DirectCRI {
    /// A user that is a number goes into `uid`, any other into `username`; a group part is dropped, as kubelets expect.
    /// Pinned, so that a kubelet never collects it, is what every sandbox needs.
    func image(_ record: ImageRecord) -> Image {
        let user =
            record.config.user.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        let number = Int64(user)
        let isPause = record.tags.contains { $0.canonical == pauseName }
        return Image(
            id: record.id.description, repoTags: record.tags.map(\.canonical),
            repoDigests: record.digests.map(\.canonical), size: record.size,
            uid: number.map { Int64Value(value: $0) }, username: number == nil ? user : "",
            spec: ImageSpec(image: record.id.description, annotations: record.annotations ?? [:]),
            pinned: record.pinned || isPause)
    }

    private var pauseName: String? { (try? Reference(parsing: configuration.pauseImage))?.tagged.canonical }
}
