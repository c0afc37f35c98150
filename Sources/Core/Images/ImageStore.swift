// CONTRACT: stands in until the image store is merged.
package import Faults
import Linux
package import Logging
package import OCI

package final class ImageStore: Sendable {
    let root: String
    init(root: String) { self.root = root }
    package static func open(root: String, logger: Logger) async throws(OxbowError) -> ImageStore {
        ImageStore(root: root)
    }
    package func layerFolders(of image: Digest) async throws(OxbowError) -> [String] {
        guard Files.exists(root + "/layers/" + image.hex) else {
            throw OxbowError(.missing, "image: no such image (\(image))")
        }
        return [root + "/layers/" + image.hex]
    }
    package func all() async throws(OxbowError) -> [ImageRecord] { fatalError("contract") }
    package func find(_ name: String) async throws(OxbowError) -> ImageRecord? { fatalError("contract") }
    package func importImages(fromFile path: String, progress: @escaping @Sendable (ImportProgress) -> Void)
        async throws(OxbowError) -> [ImportedImage]
    { fatalError("contract") }
    package func pull(
        _ reference: Reference, credentials: RegistryCredentials?, progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) -> ImageRecord { fatalError("contract") }
    package func tag(_ image: Digest, as reference: Reference) async throws(OxbowError) { fatalError("contract") }
    package func untag(_ reference: Reference, keepingUntagged: Bool) async throws(OxbowError) {
        fatalError("contract")
    }
    package func remove(_ image: Digest) async throws(OxbowError) { fatalError("contract") }
    package func filesystem() async throws(OxbowError) -> FilesystemFigures { fatalError("contract") }
}
