import Faults
import OCI

/// What the store knows, and what follows from each change. A value: reading and writing files is the store's affair.
struct ImageTable: Sendable {
    private(set) var images: [Digest: StoredImage] = [:]
    private(set) var layers: [Digest: StoredLayer] = [:]
    /// Layers of images that are still coming in: how many of them.
    private var holds: [Digest: Int] = [:]

    /// What has to be done on disk, in this order.
    struct Changes: Equatable {
        var written: [StoredImage] = []
        var removedImages: [Digest] = []
        var removedLayers: [StoredLayer] = []
        var removedContent: [Digest] = []
    }

    init() {}

    /// What a restarted daemon finds. Images whose layers are not all there come back in `broken`, and layers that nobody
    /// lists in `unused`; neither is in the table.
    init(images found: [StoredImage], layers: [StoredLayer], broken: inout [StoredImage], unused: inout [StoredLayer]) {
        self.layers = Dictionary(layers.map { ($0.diffID, $0) }) { first, _ in first }
        for image in found {
            if image.layers.allSatisfy({ self.layers[$0] != nil }) {
                images[image.id] = image
            } else {
                broken.append(image)
            }
        }
        let used = Set(images.values.flatMap(\.layers))
        unused = layers.filter { !used.contains($0.diffID) || self.layers[$0.diffID] != $0 }
        self.layers = self.layers.filter { used.contains($0.key) }
    }

    // MARK: Looking

    /// - Throws: `.badRequest` `invalid reference format`.
    func find(_ name: String) throws(OxbowError) -> ImageRecord? {
        switch try ImageName(parsing: name) {
        case .id(let id): return images[id]?.record
        case .prefix(let prefix): return find(prefix: prefix)
        case .reference(let reference, let prefix):
            return find(reference) ?? prefix.flatMap { find(prefix: $0) }
        }
    }

    func find(_ reference: Reference) -> ImageRecord? {
        if let digest = reference.digest {
            let wanted = reference.with(tag: nil, digest: digest)
            return images.values.first { $0.record.digests.contains(wanted) }?.record
        }
        return images.values.first { $0.record.tags.contains(reference.tagged) }?.record
    }

    private func find(prefix: String) -> ImageRecord? {
        let found = images.values.filter { $0.id.hex.hasPrefix(prefix) }
        return found.count == 1 ? found[0].record : nil
    }

    /// Numbers of the image's layers, lowest first. A layer that occurs twice is given once, where it is highest: what it
    /// holds there hides everything that it would show below.
    func layerNumbers(of image: Digest) -> [Int]? {
        guard let image = images[image] else { return nil }
        var seen: Set<Digest> = []
        return image.layers.reversed().compactMap { seen.insert($0).inserted ? layers[$0]?.number : nil }.reversed()
    }

    var nextLayerNumber: Int { (layers.values.map(\.number).max() ?? 0) + 1 }

    // MARK: Changing

    /// Adds an image, or gives one that is there more names. Names move here from other images.
    mutating func add(
        _ config: ImageConfig, id: Digest, content: [Digest], tags: [Reference], digests: [Reference],
        pinned: Bool = false, annotations: [String: String]? = nil, createdAt: Int64, now: Int64
    ) -> Changes {
        var changes = Changes()
        var image =
            images[id]
            ?? StoredImage(record: ImageRecord(id: id, config: config, createdAt: createdAt), content: [])
        let before = images[id]
        var seen: Set<Digest> = []
        image.record.size = image.layers.reduce(0) { seen.insert($1).inserted ? $0 + (layers[$1]?.bytes ?? 0) : $0 }
        image.record.pinned = image.record.pinned || pinned
        if let annotations { image.record.annotations = annotations }
        image.content += content.filter { !image.content.contains($0) }
        for tag in tags where !image.record.tags.contains(tag) {
            drop(tag, &changes)
            image.record.tags.append(tag)
            image.record.lastTagged = now
        }
        image.record.digests += digests.filter { !image.record.digests.contains($0) }
        images[id] = image
        if image != before { changes.written.append(image) }
        return changes
    }

    mutating func add(_ layer: StoredLayer) { layers[layer.diffID] = layer }

    /// - Throws: `.missing`.
    mutating func tag(_ id: Digest, as reference: Reference, now: Int64) throws(OxbowError) -> Changes {
        guard let image = images[id] else { throw Self.missing("\(id)") }
        return add(
            image.record.config, id: id, content: [], tags: [reference.tagged], digests: [],
            createdAt: image.record.createdAt, now: now)
    }

    /// - Throws: `.missing`.
    mutating func untag(_ reference: Reference, keepingUntagged: Bool) throws(OxbowError) -> Changes {
        guard let record = find(reference), var image = images[record.id] else {
            throw Self.missing(reference.familiar)
        }
        if let digest = reference.digest {
            image.record.digests.removeAll { $0 == reference.with(tag: nil, digest: digest) }
        } else {
            image.record.tags.removeAll { $0 == reference.tagged }
        }
        if image.record.tags.isEmpty, image.record.digests.isEmpty, !keepingUntagged { return remove(image.id) }
        images[image.id] = image
        return Changes(written: [image])
    }

    mutating func remove(_ id: Digest) -> Changes {
        guard let image = images.removeValue(forKey: id) else { return Changes() }
        let needed = Set(images.values.flatMap(\.content))
        var changes = Changes(removedImages: [id], removedContent: image.content.filter { !needed.contains($0) })
        changes.removedLayers = sweep()
        return changes
    }

    /// Keeps layers although no image lists them yet.
    mutating func hold(_ diffIDs: [Digest]) { for id in Set(diffIDs) { holds[id, default: 0] += 1 } }

    /// Ends a hold. - Returns: layers that nobody needs now.
    mutating func release(_ diffIDs: [Digest]) -> Changes {
        for id in Set(diffIDs) {
            let left = holds[id, default: 1] - 1
            holds[id] = left > 0 ? left : nil
        }
        return Changes(removedLayers: sweep())
    }

    private mutating func sweep() -> [StoredLayer] {
        let used = Set(images.values.flatMap(\.layers))
        let gone = layers.values.filter { !used.contains($0.diffID) && holds[$0.diffID] == nil }
        for layer in gone { layers[layer.diffID] = nil }
        return gone.sorted { $0.number < $1.number }
    }

    private mutating func drop(_ tag: Reference, _ changes: inout Changes) {
        for (id, var other) in images where other.record.tags.contains(tag) {
            other.record.tags.removeAll { $0 == tag }
            images[id] = other
            changes.written.append(other)
        }
    }

    private static func missing(_ name: String) -> OxbowError { OxbowError(.missing, "image: no such image (\(name))") }
}
