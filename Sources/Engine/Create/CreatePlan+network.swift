import CNI
import Core
import DockerAPI
import Faults

extension NetworkMode {
    /// - Throws: `.missing` when the container to be joined is not there.
    func peer(in containers: [ContainerRecord]) throws(OxbowError) -> ContainerRecord? {
        guard case .container(let reference) = self else { return nil }
        return try ContainerReference(text: reference).find(in: containers)
    }
}

extension CreatePlan {
    mutating func network(
        _ mode: NetworkMode, peer: ContainerRecord?, _ hostConfig: HostConfig, _ config: ContainerConfig
    ) throws(OxbowError) -> NetworkSpec {
        if let peer { return .container(peer.id) }
        if config.networkDisabled { return .none }
        switch mode {
        case .host: return .host
        case .none, .container: return .none
        case .bridge:
            let mappings = try publishing.mappings(of: hostConfig, exposed: config.exposedPorts ?? [:])
            return .pod(
                NetworkRequest(
                    pod: PodIdentity(id: id, namespace: "", name: name, uid: ""), portMappings: mappings),
                releasedAtExit: true)
        }
    }

    func namespaces(_ config: HostConfig) throws(OxbowError) -> NamespaceSpec {
        var namespaces = NamespaceSpec()
        namespaces.pid =
            switch config.pidMode {
            case "": .own
            case "host": .host
            default: .container(try joined(config.pidMode, kind: "PID").id)
            }
        switch config.ipcMode {
        case "private", "shareable": namespaces.ipc = .own
        case "host": namespaces.ipc = .host
        default:
            let donor = try joined(config.ipcMode, kind: "IPC")
            // A sandbox on the host's IPC namespace lends that; a private one is not lent.
            if document(donor).hostConfig.ipcMode == "private" {
                throw OxbowError(
                    .badRequest,
                    "can't join IPC of container \(donor.id): non-shareable IPC (hint: use IpcMode:shareable for the "
                        + "donor container)")
            }
            namespaces.ipc = .container(donor.id)
        }
        namespaces.uts = config.utsMode == "host" ? .host : .own
        namespaces.cgroup = config.cgroupnsMode == "host" ? .host : .own
        return namespaces
    }

    /// `container:<reference>`
    private func joined(_ mode: String, kind: String) throws(OxbowError) -> ContainerRecord {
        guard mode.hasPrefix("container:"), mode.utf8.count > 10 else {
            throw OxbowError(.badRequest, "invalid \(kind) mode: \(mode)")
        }
        return try ContainerReference(text: String(mode.dropFirst(10))).find(in: containers)
    }

    /// Files of its own, unless the container uses another's network: then it sees that one's (`mounts`).
    func etc(_ mode: NetworkMode, config: ContainerConfig, hostConfig: HostConfig) -> EtcFiles {
        if case .container = mode { return EtcFiles() }
        return EtcFiles(
            resolvConf: EtcText.resolvConf(
                host: host.resolvConf, servers: hostConfig.dns ?? [], searches: hostConfig.dnsSearch ?? [],
                options: hostConfig.dnsOptions ?? [], isHostNetwork: mode == .host),
            // The addresses follow when the network is attached (`Engine.nameAddresses`).
            hosts: EtcText.hosts(
                hostname: config.hostname, domainname: config.domainname, addresses: [],
                extra: hostConfig.extraHosts ?? [], gateway: ""),
            hostname: config.hostname + "\n")
    }

    /// The client's mounts, the init program's, and the files of the container whose network is used. dockershim
    /// rewrites a sandbox's resolv.conf in place after the start and expects the pod's containers to see it: hence a
    /// bind of the same file, not a copy.
    func mounts(_ hostConfig: HostConfig, peer: ContainerRecord?) throws(OxbowError) -> [MountSpec] {
        let asked = try MountMapping(hostConfig, exists: exists)
        var mounts: [MountSpec] = []
        if let peer {
            for (file, source) in EtcPaths(of: peer).all where !source.isEmpty && !asked.covers(file) {
                mounts.append(MountSpec(kind: .bind, source: source, destination: file))
            }
        }
        if hostConfig.initProcess == true {
            mounts.append(
                MountSpec(kind: .bind, source: initProgram, destination: CreatePlan.initPath, readOnly: true))
        }
        return try mounts
            + asked.specs.map { mount throws(OxbowError) in
                guard mount.kind == .image else { return mount }
                guard let image = mountImages[mount.source] else {
                    throw OxbowError(.missing, "No such image: \(mount.source)")
                }
                var mount = mount
                (mount.image, mount.source) = (image, "")
                return mount
            }
    }
}
