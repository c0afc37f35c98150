package import Faults
package import OCI

extension LocalCore {
    package func images() async throws(OxbowError) -> [ImageRecord] { try await images.all() }
    package func image(_ name: String) async throws(OxbowError) -> ImageRecord? { try await images.find(name) }

    package func importImages(
        fromFile path: String, progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws(OxbowError) -> [ImportedImage] {
        try await images.importImages(fromFile: path, progress: progress)
    }

    package func pull(
        _ reference: Reference, credentials: RegistryCredentials?, progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) -> ImageRecord {
        try await images.pull(reference, credentials: credentials, progress: progress)
    }

    package func tag(_ image: Digest, as reference: Reference) async throws(OxbowError) {
        try await images.tag(image, as: reference)
    }

    package func untag(_ reference: Reference, keepingUntagged: Bool) async throws(OxbowError) {
        try await images.untag(reference, keepingUntagged: keepingUntagged)
    }

    package func removeImage(_ image: Digest) async throws(OxbowError) {
        if let user = table.records.first(where: { $0.spec.image == image }) {
            throw OxbowError(.wrongState, "image: in use by container \(user.id) (\(image))")
        }
        try await images.remove(image)
    }

    package func imageFilesystem() async throws(OxbowError) -> FilesystemFigures { try await images.filesystem() }
}
