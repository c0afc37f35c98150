import Faults
package import Linux

/// Everything here blocks.

/// The files bound over /etc/resolv.conf, /etc/hosts and /etc/hostname.
package enum EtcFolder {
    /// Writes those that are wanted and that no mount of the client's covers, and notes their paths.
    package static func write(_ record: inout ContainerRecord, folders: CoreFolders) throws {
        let covered = Set(record.spec.mounts.compactMap { BundleMounts.normal($0.destination) })
        let id = record.id
        func file(_ name: String, _ text: String?) throws -> String {
            guard let text, !covered.contains("/etc/" + name) else { return "" }
            let path = folders.etc(id, name)
            try Files.write(path, Array(text.utf8), mode: 0o644)
            if let users = record.spec.namespaces.user {
                try Files.own(path, uid: users.root.uid, gid: users.root.gid)
            }
            return path
        }
        record.resolvConfPath = try file("resolv.conf", record.spec.etc.resolvConf)
        record.hostsPath = try file("hosts", record.spec.etc.hosts)
        record.hostnamePath = try file("hostname", record.spec.etc.hostname)
    }
}

/// Users of a mounted root file system.
package enum RootUsers {
    /// Bytes of /etc/passwd or /etc/group.
    package static let fileLimit = 4 << 20

    /// - Throws: `.badRequest` for an unknown user or group, and for an image whose files are past `fileLimit`.
    package static func look(_ process: ProcessSpec, in rootfs: String) throws -> ResolvedUser {
        switch process.user {
        case .text(let text):
            return try UserLookup.resolve(
                text, passwd: content("/etc/passwd", rootfs), group: content("/etc/group", rootfs),
                additional: process.additionalGroups, imageGroups: process.imageGroups)
        }
    }

    private static func content(_ path: String, _ rootfs: String) throws(OxbowError) -> String {
        do {
            return String(decoding: try Files.read(path, inside: rootfs, limit: fileLimit), as: UTF8.self)
        } catch {
            if error.isTooLarge {
                throw OxbowError(
                    .badRequest, "user: \(path) of the image is larger than \(fileLimit) bytes", origin: error)
            }
            // Many images have neither file; one that cannot be read names nobody either.
            return ""
        }
    }
}

extension BundleFacts {
    /// Looks up what the record and the host say; the namespaces to join are left to the caller. Blocks.
    package init(_ record: ContainerRecord, user: ResolvedUser, cgroups: CgroupTree, rights: DaemonRights) {
        self.init(
            id: record.id, rootfs: record.rootfsPath, user: user, cgroupsPath: record.cgroupPath,
            cgroupVersion: cgroups.version, heldCapabilities: rights.capabilities,
            lowestOOMScore: rights.lowestOOMScore, resolvConf: record.resolvConfPath, hosts: record.hostsPath,
            hostname: record.hostnamePath)
        hasHostQueues = record.spec.namespaces.ipc != .host || Files.exists("/dev/mqueue")
        for device in record.spec.devices where device.number == nil {
            if Files.isFolder(device.hostPath) {
                devices[device.hostPath] = DeviceNode.all(in: device.hostPath)
            } else if let node = DeviceNode.read(device.hostPath) {
                devices[device.hostPath] = [node]
            }
        }
        if record.spec.privileged { hostDevices = DeviceNode.all(in: "/dev") }
        limitsSwap = cgroups.limitsSwap
        if !record.spec.resources.hugepages.isEmpty { hugepageSizes = cgroups.hugepageSizes }
        imageVolumes = record.volumes.mapValues(\.source)
    }
}
