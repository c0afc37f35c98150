import Faults
import Logging
import NIOCore
import OCI

extension ImageStore {
    /// Makes the built-in images whose names are not there. A host without their programs can still pull others.
    func addBuiltinImages() async {
        do throws(OxbowError) {
            let known = table.withLock { table in Set(table.images.values.flatMap(\.record.tags).map(\.canonical)) }
            if !known.contains(BuiltinImages.pauseName) { try await add(try await BuiltinImages.pause()) }
            if !BuiltinImages.shellNames.allSatisfy(known.contains) { try await add(try await BuiltinImages.shell()) }
        } catch {
            log.error("no built-in images", metadata: ["reason": "\(error.message)"])
        }
    }

    private func add(_ image: BuiltinImages.Image) async throws(OxbowError) {
        let missing = image.names.filter { name in table.withLock { $0.find(name) } == nil }
        try await holding(image.config.layerDiffIDs) {
            try await self.working("built-in image") {
                for diffID in image.config.layerDiffIDs {
                    try self.addLayer(
                        diffID, from: MemorySource(Array(image.layer.readableBytesView)), watch: UnpackWatch())
                }
                try self.add(
                    image.config, id: image.id, documents: [image.configBytes], tags: missing, digests: [],
                    pinned: image.isPause)
            }
        }
        log.info("made a built-in image", metadata: ["names": "\(missing.map(\.familiar).joined(separator: " "))"])
    }
}
