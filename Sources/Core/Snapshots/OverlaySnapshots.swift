package import Linux

/// Containers' root file systems: an overlay of the image's layers and a folder of the container's own.
///
/// Every call blocks.
package struct OverlaySnapshots: Sendable {
    private let folders: CoreFolders
    package init(folders: CoreFolders) { self.folders = folders }

    /// - Parameter lower: the image's unpacked layers, topmost first.
    /// - Parameter users: the user namespace whose root the files are to belong to.
    package func make(
        _ id: String, lower: [String], users: UserNamespaceSpec? = nil
    ) throws(SystemFailure) -> OverlayPaths {
        let paths = OverlayPaths(
            lower: lower, upper: folders.upper(id), work: folders.work(id), merged: folders.merged(id), users: users)
        for folder in [paths.upper, paths.work, paths.merged] { try Files.makeFolders(folder, mode: 0o755) }
        if let users { try Files.own(paths.upper, uid: users.root.uid, gid: users.root.gid) }
        try mount(paths)
        return paths
    }

    /// Mounts again what a restart of the machine has unmounted.
    package func ensureMounted(_ paths: OverlayPaths) throws(SystemFailure) {
        guard try Mounts.points(beneath: paths.merged).isEmpty else { return }
        try mount(paths)
    }

    private func mount(_ paths: OverlayPaths) throws(SystemFailure) {
        guard let users = paths.users else {
            return try Mounts.overlay(lower: paths.lower, upper: paths.upper, work: paths.work, at: paths.merged)
        }
        // Each layer once more, with its owners mapped. Overlay keeps what it was given: the names may go again.
        var mapped: [String] = []
        defer {
            // A name that stays is taken away with the container.
            for folder in mapped { try? Mounts.unmount(folder, lazily: true) }
        }
        for (number, layer) in paths.lower.enumerated() {
            let folder = Files.parent(of: paths.merged) + "/lower/\(number)"
            try Files.makeFolders(folder)
            try Mounts.mapped(layer, at: folder, uids: users.uids, gids: users.gids)
            mapped.append(folder)
        }
        try Mounts.overlay(lower: mapped, upper: paths.upper, work: paths.work, at: paths.merged)
    }

    /// Unmounts whatever is mounted in a container's folders, deepest first. Idempotent.
    package func unmountAll(_ id: String) throws(SystemFailure) {
        for folder in [folders.container(id), folders.bundle(id)] {
            for point in try Mounts.points(beneath: folder) {
                do throws(SystemFailure) {
                    try Mounts.unmount(point)
                } catch  where error.isBusy {
                    // Somebody on this host looks around in there; the name goes now, the rest when he leaves.
                    try Mounts.unmount(point, lazily: true)
                }
            }
        }
    }

    /// Mounts the memory file system that the containers of one IPC namespace share as /dev/shm.
    package func mountSharedMemory(
        _ id: String, bytes: UInt64, users: UserNamespaceSpec? = nil
    ) throws(SystemFailure) {
        let target = folders.sharedMemory(id)
        try Files.makeFolders(target)
        guard try Mounts.points(beneath: target).isEmpty else { return }
        try Mounts.memory(at: target, bytes: bytes, mode: 0o1777)
        if let users { try Files.own(target, uid: users.root.uid, gid: users.root.gid) }
    }

    package func unmountSharedMemory(_ id: String) throws(SystemFailure) {
        try Mounts.unmount(folders.sharedMemory(id))
    }
}
