package import Faults
package import Linux

/// The host side of a container's bind mounts. Everything here blocks.
package enum MountSources {
    /// Makes missing sources that are to be made, and looks whether the host's mounts pass on what is asked for.
    /// - Throws: `.badRequest` for a source that is missing, a link that leads nowhere, or a propagation that the mount
    ///   holding the source does not have.
    package static func prepare(_ mounts: [MountSpec]) throws {
        for mount in mounts where mount.kind == .bind {
            if !Files.exists(mount.source) {
                guard mount.createSource, mount.source.hasPrefix("/") else {
                    throw OxbowError(.badRequest, "mount: source does not exist (\(mount.source))")
                }
                try Files.makeFolders(mount.source)
            }
            let real: String
            do {
                real = try Files.real(mount.source)
            } catch {
                throw OxbowError(
                    .badRequest, "mount: source is a link that leads nowhere (\(mount.source))", origin: error)
            }
            guard mount.propagation != .rprivate else { continue }
            try check(mount.propagation, of: mount.source, try HostMount.of(real))
        }
    }

    /// - Parameter holder: the mount that holds the source, when it is known.
    package static func check(
        _ asked: MountSpec.Propagation, of source: String, _ holder: HostMount?
    ) throws(OxbowError) {
        guard let holder else { return }
        switch asked {
        case .rprivate: return
        case .rshared where holder.passesOn(bothWays: true): return
        case .rslave where holder.passesOn(bothWays: false): return
        case .rshared:
            throw OxbowError(
                .badRequest, "mount: path \(source) is mounted on \(holder.point) but it is not a shared mount")
        case .rslave:
            throw OxbowError(
                .badRequest, "mount: path \(source) is mounted on \(holder.point) but it is not a shared or slave mount"
            )
        }
    }
}
