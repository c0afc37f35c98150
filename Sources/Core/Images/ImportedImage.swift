package import OCI

package struct ImportedImage: Sendable {
    package var image: ImageRecord
    package var names: [Reference]
    package init(
        image: ImageRecord,
        names: [Reference] = []
    ) {
        self.image = image
        self.names = names
    }
}
