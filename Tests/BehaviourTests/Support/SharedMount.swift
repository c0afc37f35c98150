import Linux
import TestSupport
import Testing

/// A memory file system mounted on the host for the time of a test, shared or private, and everything mounted in it.
enum SharedMount {
    static func with<Result>(
        _ path: String, isShared: Bool, _ body: () async throws -> Result
    ) async throws -> Result {
        try await blocking {
            try Files.makeFolders(path)
            try Mounts.memory(at: path, bytes: 1 << 20, mode: 0o755)
        }
        let result: Swift.Result<Result, any Error>
        do {
            try await make(path, isShared ? "shared" : "private")
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        try await blocking {
            for point in try Mounts.points(beneath: path) { try Mounts.unmount(point, lazily: true) }
        }
        return try result.get()
    }

    /// - Parameter kind: `shared`, `slave` or `private`.
    static func make(_ path: String, _ kind: String) async throws {
        let made = try await Processes.shared.run(Command("mount", ["--make-\(kind)", path]))
        try #require(made.status.code == 0)
    }

    static func mountMemory(at path: String) async throws {
        try await blocking {
            try Files.makeFolders(path)
            try Mounts.memory(at: path, bytes: 1 << 20, mode: 0o755)
        }
    }
}
