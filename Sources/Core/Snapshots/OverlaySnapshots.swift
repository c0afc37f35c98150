package import Linux

/// Containers' root file systems: an overlay of the image's layers and a folder of the container's own.
///
/// Every call blocks.
package struct OverlaySnapshots: Sendable {
    private let folders: CoreFolders
    package init(folders: CoreFolders) { self.folders = folders }

    /// - Parameter lower: the image's unpacked layers, topmost first.
    package func make(_ id: String, lower: [String]) throws(SystemFailure) -> OverlayPaths {
        let paths = OverlayPaths(
            lower: lower, upper: folders.upper(id), work: folders.work(id), merged: folders.merged(id))
        for folder in [paths.upper, paths.work, paths.merged] { try Files.makeFolders(folder, mode: 0o755) }
        try mount(paths)
        return paths
    }

    /// Mounts again what a restart of the machine has unmounted.
    package func ensureMounted(_ paths: OverlayPaths) throws(SystemFailure) {
        guard try Mounts.points(beneath: paths.merged).isEmpty else { return }
        try mount(paths)
    }

    private func mount(_ paths: OverlayPaths) throws(SystemFailure) {
        try Mounts.overlay(lower: paths.lower, upper: paths.upper, work: paths.work, at: paths.merged)
    }

    /// Unmounts whatever is mounted in a container's folders, deepest first. Idempotent.
    package func unmountAll(_ id: String) throws(SystemFailure) {
        for folder in [folders.container(id), folders.bundle(id)] {
            for point in try Mounts.points(beneath: folder) { try Mounts.unmount(point) }
        }
    }

    /// Mounts the memory file system that the containers of one IPC namespace share as /dev/shm.
    package func mountSharedMemory(_ id: String, bytes: UInt64) throws(SystemFailure) {
        let target = folders.sharedMemory(id)
        try Files.makeFolders(target)
        guard try Mounts.points(beneath: target).isEmpty else { return }
        try Mounts.memory(at: target, bytes: bytes, mode: 0o1777)
    }

    package func unmountSharedMemory(_ id: String) throws(SystemFailure) {
        try Mounts.unmount(folders.sharedMemory(id))
    }
}
