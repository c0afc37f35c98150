package import Faults
import Linux

/// The seam for whatever keeps a sandbox's namespaces alive: today the sandbox's first process, with the network namespace
/// pinned by a mount beside it so that it outlives the process.
package protocol NamespaceHolder: Sendable {
    /// Makes a network namespace for `id` that lasts until `release`, and returns its file.
    func holdNetwork(for id: String) async throws(OxbowError) -> String
    /// Keeps the network namespace that a process has, until `release`.
    func holdNetwork(for id: String, ofProcess pid: Int32) async throws(OxbowError)
    /// Idempotent.
    func release(_ id: String) async throws(OxbowError)
    /// The file through which another container joins a namespace of `holder`.
    /// - Throws: `.wrongState` when the holder does not run.
    func file(of kind: NamespaceKind, heldBy holder: ContainerRecord) throws(OxbowError) -> String
    /// Ids for which a predecessor of this daemon held something.
    func held() async throws(OxbowError) -> [String]
}

/// Namespaces held by a container's first process.
package struct ProcessHolder: NamespaceHolder {
    private let folders: CoreFolders
    package init(folders: CoreFolders) { self.folders = folders }

    package func holdNetwork(for id: String) async throws(OxbowError) -> String {
        let path = folders.networkNamespace(id)
        do {
            try await blocking { try NetworkNamespaces.create(at: path) }
        } catch {
            throw OxbowError(.ours, "network namespace: cannot be made (\(id))", origin: error)
        }
        return path
    }

    package func holdNetwork(for id: String, ofProcess pid: Int32) async throws(OxbowError) {
        let path = folders.networkNamespace(id)
        do {
            try await blocking { try NetworkNamespaces.pin(ofProcess: pid, at: path) }
        } catch {
            throw OxbowError(.ours, "network namespace: cannot be kept (\(id))", origin: error)
        }
    }

    package func release(_ id: String) async throws(OxbowError) {
        let path = folders.networkNamespace(id)
        do {
            try await blocking { try NetworkNamespaces.delete(path) }
        } catch {
            throw OxbowError(.ours, "network namespace: cannot be removed (\(id))", origin: error)
        }
    }

    package func file(of kind: NamespaceKind, heldBy holder: ContainerRecord) throws(OxbowError) -> String {
        if kind == .network, !holder.networkNamespace.isEmpty { return holder.networkNamespace }
        guard holder.state == .running, holder.pid > 0 else {
            throw OxbowError(.wrongState, "namespace: cannot join a container that does not run (\(holder.id))")
        }
        return "/proc/\(holder.pid)/ns/\(kind.file)"
    }

    package func held() async throws(OxbowError) -> [String] {
        let folder = folders.namespaces
        do {
            return try await blocking { try Files.entries(of: folder) }
        } catch {
            throw OxbowError(.ours, "network namespaces: cannot be listed", origin: error)
        }
    }
}
