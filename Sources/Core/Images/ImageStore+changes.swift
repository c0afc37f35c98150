import Faults
import FoundationEssentials
import Linux
import Logging
import NIOCore
import OCI
import Synchronization

extension ImageStore {
    /// Runs file work on a pool thread and names what failed.
    static func working<T: Sendable>(
        _ noun: String, _ body: @escaping @Sendable () throws -> T
    ) async throws(OxbowError) -> T {
        do {
            return try await blocking(body)
        } catch {
            throw wrapped(error, noun)
        }
    }

    func working<T: Sendable>(
        _ noun: String, _ body: @escaping @Sendable () throws -> T
    ) async throws(OxbowError) -> T {
        try await Self.working(noun, body)
    }

    static func wrapped(_ error: any Error, _ noun: String) -> OxbowError {
        switch error {
        case let error as OxbowError: error
        case let error as SystemFailure where error.isFullDisk:
            OxbowError(.tooLarge, "\(noun): no space left on device", origin: error)
        case let error as SystemFailure: OxbowError(.ours, "\(noun): \(error.reason)", origin: error)
        case is CancellationError: OxbowError(.cancelled, "\(noun): withdrawn", origin: error)
        default: OxbowError(.ours, "\(noun): cannot be stored", origin: error)
        }
    }

    /// Changes a copy of the table, writes what follows, then lets the change be seen; what is gone is removed last.
    /// - Parameter body: gets the table and the time in nanoseconds since 1970.
    func change(
        _ body: @escaping @Sendable (inout ImageTable, Int64) throws(OxbowError) -> ImageTable.Changes
    ) async throws(OxbowError) {
        try await working("image") { try self.changeNow(body) }
    }

    /// Blocks. See `change`.
    ///
    /// - Parameter documents: stored before the change; those that were not there go again when it fails.
    func changeNow(
        storing documents: [ByteBuffer] = [],
        _ body: (inout ImageTable, Int64) throws(OxbowError) -> ImageTable.Changes
    ) throws {
        try changing.withLock { _ in
            var stored: [Digest] = []
            do {
                for document in documents {
                    let digest = Digest.of(document)
                    guard !Files.exists(folders.content(digest)) else { continue }
                    try Files.writeDurably(folders.content(digest), Array(document.readableBytesView))
                    stored.append(digest)
                }
                try apply(body)
            } catch {
                for digest in stored { try Files.removeFile(folders.content(digest)) }
                throw error
            }
        }
    }

    /// The caller holds `changing`.
    private func apply(_ body: (inout ImageTable, Int64) throws(OxbowError) -> ImageTable.Changes) throws {
        var copy = table.withLock { $0 }
        let changes = try body(&copy, Timestamp.now().nanoseconds)
        for image in changes.written {
            try Files.writeDurably(folders.image(image.id), Array(OCIDocument.write(image).readableBytesView))
        }
        for image in changes.removedImages { try Files.removeFile(folders.image(image)) }
        table.withLock { $0 = copy }
        for digest in changes.removedContent { try Files.removeFile(folders.content(digest)) }
        for layer in changes.removedLayers {
            // The document first: a folder without one is taken away at the next start.
            try Files.removeFile(folders.layerDocument(layer.number))
            try Files.rename(folders.layer(layer.number), folders.leaving(layer.number))
            try Files.removeTree(folders.leaving(layer.number))
        }
    }

    /// Unpacks a layer unless it is there. The caller holds it. Blocks.
    func addLayer(_ diffID: Digest, from source: any ByteSource, watch: UnpackWatch) throws {
        guard table.withLock({ $0.layers[diffID] }) == nil else { return }
        let place = folders.unpacking("\(diffID.short)-\(UInt32.random(in: 0...UInt32.max))")
        do {
            try LayerUnpacking.unpack(source, expecting: diffID, into: place, watch: watch)
            let usage = try Files.usage(of: place)
            try changing.withLock { _ in
                // Unpacked by two at once: the first one's stays.
                guard table.withLock({ $0.layers[diffID] }) == nil else { return try Files.removeTree(place) }
                let number = table.withLock { $0.nextLayerNumber }
                let layer = StoredLayer(diffID: diffID, number: number, bytes: usage.bytes, inodes: usage.inodes)
                try Files.rename(place, folders.layer(number))
                do {
                    try Files.synchronise(folder: folders.layers)
                    try Files.writeDurably(
                        folders.layerDocument(number), Array(OCIDocument.write(layer).readableBytesView))
                } catch {
                    try Files.rename(folders.layer(number), place)
                    throw error
                }
                table.withLock { $0.add(layer) }
            }
        } catch {
            do {
                try Files.removeTree(place)
            } catch let leftover {
                log.error(
                    "a failed unpacking left something", metadata: ["folder": "\(place)", "error": "\(leftover)"])
            }
            throw error
        }
    }

    /// Runs `body` with an image's layers held, so that none is swept away before the image lists it.
    func holding<T: Sendable>(_ diffIDs: [Digest], _ body: () async throws -> T) async throws(OxbowError) -> T {
        try await change { table, _ throws(OxbowError) in
            table.hold(diffIDs)
            return ImageTable.Changes()
        }
        let outcome: Result<T, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        // Not cut short by cancellation: the hold must end.
        do throws(OxbowError) {
            try await change { table, _ throws(OxbowError) in table.release(diffIDs) }
        } catch {
            log.error("unused layers could not be removed", metadata: ["error": "\(error)"])
        }
        do { return try outcome.get() } catch { throw Self.wrapped(error, "image") }
    }
}
