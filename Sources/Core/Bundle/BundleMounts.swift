package import Faults
package import OCI

/// The mounts of a container, in the order in which they must happen.
package enum BundleMounts {
    /// Bytes of /dev/shm when the client does not say.
    package static let sharedMemoryBytes: UInt64 = 64 << 20

    /// The standard mounts, less those that the client's own replace, then the client's, sorted so that a folder comes
    /// before what lies in it.
    /// - Throws: `.badRequest` for a destination that is not absolute or used twice.
    package static func of(_ spec: ContainerSpec, _ facts: BundleFacts) throws(OxbowError) -> [RuntimeSpec.Mount] {
        var own: [RuntimeSpec.Mount] = []
        var taken: Set<String> = []
        for (index, mount) in spec.mounts.enumerated() {
            let mount = try entry(mount, volume: facts.imageVolumes[index])
            guard taken.insert(mount.destination).inserted else {
                throw OxbowError(.badRequest, "mount: duplicate mount point (\(mount.destination))")
            }
            own.append(mount)
        }
        let standard = standard(spec, facts).filter { mount in
            // A client that brings its own /dev means all of it.
            !taken.contains(mount.destination) && !(taken.contains("/dev") && mount.destination.hasPrefix("/dev/"))
        }
        return (standard + own).enumerated().sorted {
            (depth($0.element.destination), $0.offset) < (depth($1.element.destination), $1.offset)
        }.map(\.element)
    }

    /// What the root itself must be so that the client's mounts can propagate.
    package static func rootPropagation(_ mounts: [MountSpec]) -> String? {
        let wanted = Set(mounts.filter { $0.kind == .bind }.map(\.propagation))
        if wanted.contains(.rshared) { return "rshared" }
        if wanted.contains(.rslave) { return "rslave" }
        return nil
    }

    /// An absolute path without empty, `.` and `..` parts, or nil.
    package static func normal(_ path: String) -> String? {
        guard path.hasPrefix("/") else { return nil }
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    private static func depth(_ path: String) -> Int { path.count { $0 == "/" } }

    /// - Parameter volume: where an image volume is mounted on this host.
    private static func entry(_ mount: MountSpec, volume: String?) throws(OxbowError) -> RuntimeSpec.Mount {
        guard let destination = normal(mount.destination), destination != "/" else {
            throw OxbowError(.badRequest, "mount: invalid mount point (\(mount.destination))")
        }
        switch mount.kind {
        case .bind:
            guard mount.source.hasPrefix("/") else {
                throw OxbowError(.badRequest, "mount: source must be absolute (\(mount.source))")
            }
            var options = [mount.isRecursive ? "rbind" : "bind", mount.propagation.rawValue]
            options.append(mount.readOnly ? (mount.recursiveReadOnly ? "rro" : "ro") : "rw")
            return RuntimeSpec.Mount(
                destination: destination, type: "bind", source: mount.source, options: options + mount.options)
        case .image:
            guard let volume else {
                throw OxbowError(.badRequest, "mount: the image volume is not there (\(destination))")
            }
            return RuntimeSpec.Mount(
                destination: destination, type: "bind", source: volume,
                options: ["rbind", "rprivate", "ro"] + mount.options)
        case .tmpfs:
            var options = ["nosuid", "nodev"]
            if !mount.options.contains("exec") { options.append("noexec") }
            if mount.readOnly { options.append("ro") }
            return RuntimeSpec.Mount(
                destination: destination, type: "tmpfs", source: "tmpfs",
                options: options + mount.options.filter { !options.contains($0) })
        }
    }

    private static func standard(_ spec: ContainerSpec, _ facts: BundleFacts) -> [RuntimeSpec.Mount] {
        let access = spec.privileged ? "rw" : "ro"
        var mounts = [
            RuntimeSpec.Mount(
                destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"]),
            RuntimeSpec.Mount(
                destination: "/dev", type: "tmpfs", source: "tmpfs",
                options: ["nosuid", "strictatime", "mode=755", "size=65536k"]),
            RuntimeSpec.Mount(
                destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", access]),
            RuntimeSpec.Mount(
                destination: "/dev/pts", type: "devpts", source: "devpts",
                options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
            RuntimeSpec.Mount(
                destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"]),
            RuntimeSpec.Mount(
                destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup",
                options: ["nosuid", "noexec", "nodev", "relatime", access]),
        ]
        if spec.namespaces.ipc == .host {
            mounts.append(bind("/dev/shm", at: "/dev/shm"))
            // A host may have no queues mounted; those of its namespace can be all the same.
            if facts.hasHostQueues, let mqueue = mounts.firstIndex(where: { $0.destination == "/dev/mqueue" }) {
                mounts[mqueue] = bind("/dev/mqueue", at: "/dev/mqueue")
            }
        } else if !facts.sharedMemory.isEmpty {
            mounts.append(bind(facts.sharedMemory, at: "/dev/shm"))
        } else {
            let bytes = spec.shmBytes == 0 ? sharedMemoryBytes : spec.shmBytes
            mounts.append(
                RuntimeSpec.Mount(
                    destination: "/dev/shm", type: "tmpfs", source: "shm",
                    options: ["nosuid", "noexec", "nodev", "mode=1777", "size=\(bytes)"]))
        }
        if !facts.resolvConf.isEmpty { mounts.append(bind(facts.resolvConf, at: "/etc/resolv.conf")) }
        if !facts.hosts.isEmpty { mounts.append(bind(facts.hosts, at: "/etc/hosts")) }
        if !facts.hostname.isEmpty { mounts.append(bind(facts.hostname, at: "/etc/hostname")) }
        return mounts
    }

    private static func bind(_ source: String, at destination: String) -> RuntimeSpec.Mount {
        RuntimeSpec.Mount(destination: destination, type: "bind", source: source, options: ["rbind", "rprivate", "rw"])
    }
}
