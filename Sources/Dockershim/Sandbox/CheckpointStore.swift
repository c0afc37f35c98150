import Faults
import DockerAPI
import Linux

/// The checkpoint files, one a sandbox, named by its id: `<root>/sandbox/<id>`.
package struct CheckpointStore: Sendable {
    let folder: String

    package init(root: String) { folder = PathText.join(root, "sandbox") }

    /// Bytes of one file. A hundred port mappings are about 8 KiB.
    static let sizeLimit = 1 << 20

    enum Found: Sendable, Equatable {
        case checkpoint(SandboxCheckpoint)
        case nothing
        /// Unreadable as a checkpoint; the caller decides whether it is deleted.
        case damaged
    }

    /// - Throws: `SystemFailure`, also when the id could name a file elsewhere.
    func write(_ checkpoint: SandboxCheckpoint, for id: String) async throws {
        let path = try path(of: id)
        let bytes = try checkpoint.bytes()
        let folder = folder
        try await blocking {
            try Files.makeFolders(folder)
            try Files.writeDurably(path, bytes)
        }
    }

    func read(_ id: String) async throws -> Found {
        guard let path = try? path(of: id) else { return .nothing }
        return try await blocking {
            guard Files.exists(path) else { return .nothing }
            let bytes = try Files.read(path, limit: Self.sizeLimit)
            return SandboxCheckpoint.read(bytes).map(Found.checkpoint) ?? .damaged
        }
    }

    /// A missing file is fine.
    func remove(_ id: String) async throws {
        guard let path = try? path(of: id) else { return }
        try await blocking { try Files.removeFile(path) }
    }

    /// Ids of all checkpoints.
    func ids() async throws -> [String] {
        let folder = folder
        return try await blocking {
            guard Files.exists(folder) else { return [] }
            return try Files.entries(of: folder).filter(Self.isKey).sorted()
        }
    }

    private func path(of id: String) throws(BridgeFailure) -> String {
        guard Self.isKey(id) else { throw BridgeFailure(.badRequest, "sandbox id: not a checkpoint's name (\(id))") }
        return "\(folder)/\(id)"
    }

    /// Letters, digits, `-_.`, beginning and ending with one of the former two, at most 250: no path, no hidden file.
    static func isKey(_ id: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        guard let first = id.utf8.first, let last = id.utf8.last, id.utf8.count <= 250 else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && id.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }
}
