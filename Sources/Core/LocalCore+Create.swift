package import Faults
import Linux
import OCI

extension LocalCore {
    package func create(_ spec: ContainerSpec) async throws(OxbowError) -> ContainerRecord {
        let watch = Stopwatch()
        guard !spec.process.arguments.isEmpty else { throw OxbowError(.badRequest, "arguments: required") }
        let handler = spec.runtimeHandler.isEmpty ? discovery.standard : spec.runtimeHandler
        guard discovery.runtimes[handler] != nil else {
            throw OxbowError(.badRequest, "runtime handler: unknown (\(handler))")
        }
        let id = spec.id.isEmpty ? ContainerID.random() : spec.id
        guard ContainerID.isOne(id), table.row(id) == nil else {
            throw OxbowError(.badRequest, "id: not 64 hexadecimal digits of its own (\(id))")
        }
        let claimed = try claim([spec.image] + spec.mounts.compactMap(\.image))
        defer { for image in claimed { uses.release(image) } }
        let lower = try await layers(of: spec.image)
        var volumes: [Int: [String]] = [:]
        for (index, mount) in spec.mounts.enumerated() {
            if let image = mount.image { volumes[index] = try await layers(of: image) }
        }
        let volumeLayers = volumes
        try table.reserve(spec.name, for: id)
        do throws(OxbowError) {
            let record = try await queues.run(id) { () async throws(OxbowError) in
                try await make(id, spec, handler: handler, lower: lower, volumes: volumeLayers, watch)
            }
            let timings = watch.finish()
            breakdown.add(timings, to: .create)
            log.debug("created", metadata: ["id": "\(id)", "timings": "\(timings.text)"])
            announce(.created, record)
            return record
        } catch {
            await undoCreate(id)
            table.release(spec.name, of: id)
            throw error
        }
    }

    /// Claims all or none.
    private func claim(_ images: [Digest]) throws(OxbowError) -> [Digest] {
        var claimed: [Digest] = []
        for image in images {
            do throws(OxbowError) { try uses.claim(image) } catch {
                for image in claimed { uses.release(image) }
                throw error
            }
            claimed.append(image)
        }
        return claimed
    }

    /// Topmost first, as overlay wants them.
    private func layers(of image: Digest) async throws(OxbowError) -> [String] {
        try await images.layerFolders(of: image).reversed()
    }

    /// Everything a creation does lies in the container's own folder, whose name announces it: recovery takes away a folder
    /// without a record. So the record comes last, and one durable write is enough.
    private func make(
        _ id: String, _ spec: ContainerSpec, handler: String, lower: [String], volumes: [Int: [String]],
        _ watch: Stopwatch
    ) async throws(OxbowError) -> ContainerRecord {
        let (folders, snapshots) = (folders, snapshots)
        if let users = spec.namespaces.user { try UserMappings.check(users) }
        var record = ContainerRecord(
            id: id, spec: spec, state: .created, createdAt: Timestamp.now().nanoseconds, overlay: OverlayPaths())
        if case .pod(var request, let releasedAtExit) = spec.network {
            // Plugins know an attachment by this id, which did not exist when the specification was written.
            request.pod.id = id
            record.spec.network = .pod(request, releasedAtExit: releasedAtExit)
        }
        record.runtime = handler
        record.cgroupPath = try CgroupPath.of(id, parent: spec.cgroupParent, standard: configuration.cgroupParent)
        if spec.log.enabled { record.logPath = spec.log.path.isEmpty ? folders.log(id) : spec.log.path }

        record.overlay = try await watch.time(.snapshot) { () async throws(OxbowError) in
            try await host("snapshot") {
                do throws(SystemFailure) {
                    return try snapshots.make(id, lower: lower, users: spec.namespaces.user)
                } catch  where error.call == Mounts.mapping {
                    throw OxbowError(
                        .unsupported,
                        "user namespace: this kernel or file system cannot map the owners of image layers",
                        origin: error)
                }
            }
        }
        record.rootfsPath = record.overlay.merged

        let prepared = record
        let (cgroups, rights) = (cgroups, rights)
        record = try await watch.time(.bundle) { () async throws(OxbowError) in
            try await host("container") {
                var record = prepared
                try MountSources.prepare(spec.mounts)
                for (index, lower) in volumes {
                    record.volumes[index] = try ImageVolumes(folders: folders).make(
                        id, index, lower: lower, subPath: spec.mounts[index].subPath)
                }
                try EtcFolder.write(&record, folders: folders)
                let user = try RootUsers.look(spec.process, in: record.rootfsPath)
                (record.uid, record.gid, record.supplementalGroups) = (user.uid, user.gid, user.groups)
                // Built and thrown away: what cannot be is refused now, not at the start.
                _ = try Bundle.build(spec, BundleFacts(record, user: user, cgroups: cgroups, rights: rights))
                return record
            }
        }
        let stored = StoredRecord(record: record)
        try await watch.time(.record) { () async throws(OxbowError) in try await store.write(stored, .durable) }
        table.insert(stored)
        return record
    }

    private func undoCreate(_ id: String) async {
        let (folders, snapshots) = (folders, snapshots)
        await watchers.shielded {
            do {
                try await blocking {
                    try snapshots.unmountAll(id)
                    try Files.removeTree(folders.container(id))
                }
            } catch {
                self.log.error("a failed creation left something", metadata: ["id": "\(id)", "error": "\(error)"])
            }
        }
    }
}

/// 64 random hexadecimal digits.
package enum ContainerID {
    package static func random() -> String {
        (0..<4).map { _ in
            let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    static func isOne(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
