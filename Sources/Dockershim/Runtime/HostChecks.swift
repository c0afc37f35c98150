import CRI
import Linux

/// What a container asks of this host, looked at before Docker is asked: some daemons find out only at the start, or answer
/// with a status that blames themselves. Bridge and daemon see the same files. Blocks.
enum HostChecks {
    /// - Throws: `.badRequest` naming the path.
    static func check(_ config: CRI.ContainerConfig) throws {
        var taken: Set<String> = []
        for mount in config.mounts {
            let destination = PathText.join(mount.containerPath)
            guard destination.hasPrefix("/"), destination != "/" else {
                throw BridgeFailure(.badRequest, "config.mounts: invalid mount point (\(mount.containerPath))")
            }
            guard taken.insert(destination).inserted else {
                throw BridgeFailure(.badRequest, "config.mounts: duplicate mount point (\(destination))")
            }
            if mount.image == nil { try checkSource(of: mount) }
        }
        for device in config.devices { try check(device) }
    }

    private static func checkSource(of mount: Mount) throws {
        // A missing one is made.
        guard Files.exists(mount.hostPath) else { return }
        let real: String
        do {
            real = try Files.real(mount.hostPath)
        } catch {
            throw BridgeFailure(
                .badRequest, "config.mounts: source is a link that leads nowhere (\(mount.hostPath))", origin: error)
        }
        guard mount.propagation != .propagationPrivate, let holder = try HostMount.of(real) else { return }
        let bothWays = mount.propagation == .propagationBidirectional
        guard holder.passesOn(bothWays: bothWays) else {
            throw BridgeFailure(
                .badRequest,
                "config.mounts: path \(mount.hostPath) is mounted on \(holder.point) but it is not a shared"
                    + (bothWays ? " mount" : " or slave mount"))
        }
    }

    private static func check(_ device: Device) throws {
        guard device.permissions.allSatisfy("rwm".contains) else {
            throw BridgeFailure(.badRequest, "config.devices: invalid permissions (\(device.permissions))")
        }
        guard Files.isFolder(device.hostPath) || DeviceNode.read(device.hostPath) != nil else {
            throw BridgeFailure(.badRequest, "config.devices: no such device (\(device.hostPath))")
        }
    }
}
