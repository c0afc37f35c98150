import Linux

/// A folder of one test's own that goes away with what is in it, whatever the test did.
package struct TemporaryFolder: Sendable {
    package let path: String

    /// Makes the folder, runs `body` and removes the folder, on success and on throw. Mounts left beneath it are
    /// unmounted first. Everybody may pass: a pod's root in a user namespace is not ours.
    package static func with<T: Sendable>(
        _ name: String, _ body: (TemporaryFolder) async throws -> T
    ) async throws -> T {
        let folder = TemporaryFolder(path: "/tmp/oxbow-\(name)-\(UInt32.random(in: 0 ... .max))")
        try await blocking { try Files.makeFolders(folder.path, mode: 0o711) }
        let result: Result<T, any Error>
        do { result = .success(try await body(folder)) } catch { result = .failure(error) }
        try await blocking {
            for point in try Mounts.points(beneath: folder.path) { try Mounts.unmount(point, lazily: true) }
            try Files.removeTree(folder.path)
        }
        return try result.get()
    }

    package func appending(_ name: String) -> String { path + "/" + name }
}
