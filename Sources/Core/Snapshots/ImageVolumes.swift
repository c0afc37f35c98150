import Faults
package import Linux

/// Images mounted into containers as volumes: a read-only overlay of their layers for each mount, in the container's own
/// folder, so that it goes with the container whatever happens.
///
/// Every call blocks.
package struct ImageVolumes: Sendable {
    private let folders: CoreFolders
    package init(folders: CoreFolders) { self.folders = folders }

    /// - Parameters:
    ///   - lower: the image's layers, topmost first.
    ///   - subPath: a path in the image, followed beneath its root; "" for all of it.
    /// - Throws: `.badRequest` when the image has no such path.
    package func make(
        _ id: String, _ index: Int, lower: [String], subPath: String
    ) throws -> VolumePaths {
        let merged = folders.volume(id, index)
        var paths = VolumePaths(lower: lower, merged: merged, source: merged)
        try mount(paths)
        if !subPath.isEmpty {
            do throws(SystemFailure) {
                paths.source = try Files.resolve(subPath, inside: merged)
            } catch {
                guard error.isNotFound else { throw error }
                throw OxbowError(
                    .badRequest, "ImageVolumeMountFailed: image_sub_path: not in the image (\(subPath))", origin: error)
            }
        }
        return paths
    }

    /// Mounts again what a restart of the machine has unmounted.
    package func ensureMounted(_ paths: VolumePaths) throws(SystemFailure) {
        guard try Mounts.points(beneath: paths.merged).isEmpty else { return }
        try mount(paths)
    }

    private func mount(_ paths: VolumePaths) throws(SystemFailure) {
        let empty = paths.merged + ".empty"
        for folder in [paths.merged, empty] { try Files.makeFolders(folder) }
        try Mounts.readOnlyOverlay(lower: paths.lower, empty: empty, at: paths.merged)
    }
}
