import CNI
import CRI
import CRIServer
import Core
import Faults
import Linux
import OCI

/// Turns a sandbox's configuration into a container of the core: the process that holds the pod's namespaces.
struct SandboxSpec {
    let config: PodSandboxConfig
    let id: String
    let handler: String
    let image: ImageRecord
    let api: APIVersion

    init(_ config: PodSandboxConfig, id: String, handler: String, image: ImageRecord, api: APIVersion) {
        self.config = config
        self.id = id
        self.handler = handler
        self.image = image
        self.api = api
    }

    private var metadata: PodSandboxMetadata { config.metadata ?? PodSandboxMetadata() }
    private var security: LinuxSandboxSecurityContext { config.linux?.securityContext ?? LinuxSandboxSecurityContext() }
    private var namespaces: NamespaceOption { security.namespaceOptions ?? NamespaceOption() }

    func containerSpec() throws(OxbowError) -> ContainerSpec {
        let hostNetwork = namespaces.network == .node
        return ContainerSpec(
            id: id, name: PodNaming.sandbox(metadata), image: image.id, imageName: image.tags.first?.familiar ?? "",
            process: try process(), hostname: hostNetwork ? "" : config.hostname,
            readOnlyRoot: security.readonlyRootfs,
            namespaces: NamespaceSpec(
                pid: namespaces.pid == .node ? .host : .own, ipc: namespaces.ipc == .node ? .host : .own,
                uts: hostNetwork ? .host : .own, cgroup: .own, user: users),
            network: hostNetwork ? .host : .pod(try networkRequest(), releasedAtExit: false),
            etc: etcFiles(hostNetwork: hostNetwork), cgroupParent: config.linux?.cgroupParent ?? "",
            resources: Self.holderResources,
            sysctls: try PodSysctls.checked(config.linux?.sysctls ?? [:], namespaces: namespaces),
            seccomp: security.privileged
                ? .unconfined
                : try SeccompChoice(security.seccomp, path: security.seccompProfilePath, api: api).spec(),
            shmBytes: 64 << 20, log: LogSpec(path: "", maximumBytes: nil, enabled: false), runtimeHandler: handler,
            annotations: annotations,
            extensionDocument: try DocumentTable.encode(.sandbox(try document)))
    }

    /// As dockershim and containerd give a pause process: next to no share of the CPU, and the last to be killed
    /// when memory runs out.
    private static var holderResources: ResourceLimits {
        var limits = ResourceLimits()
        limits.cpuShares = 2
        limits.oomScoreAdj = -998
        return limits
    }

    private func process() throws(OxbowError) -> ProcessSpec {
        let arguments = image.config.entrypoint + image.config.command
        guard !arguments.isEmpty else {
            throw OxbowError(.badRequest, "pause image: no entrypoint and no command (\(image.id))")
        }
        let user = try UserChoice(
            user: security.runAsUser?.value, name: "", group: security.runAsGroup?.value, image: image.config.user)
        return ProcessSpec(
            arguments: arguments, environment: image.config.environment,
            workingDirectory: image.config.workingDirectory.isEmpty ? "/" : image.config.workingDirectory,
            user: .text(user.text), additionalGroups: try UserChoice.groups(security.supplementalGroups),
            imageGroups: security.supplementalGroupsPolicy == .strict ? .never : .always,
            capabilities: CapabilitySpec(), noNewPrivileges: true, oomScoreAdj: -998,
            apparmorProfile: try AppArmorChoice(security.apparmor, name: "").profile())
    }

    private var users: UserNamespaceSpec? {
        guard namespaces.asksForUserNamespace, let asked = namespaces.usernsOptions else { return nil }
        return UserNamespaceSpec(
            uids: asked.uids.map(Linux.IDMapping.init), gids: asked.gids.map(Linux.IDMapping.init))
    }

    /// What runtimes and hooks that look at the pod find in its document, under containerd's names; sizes of the whole
    /// pod are for runtimes that start a machine for it. They limit nothing: a pod's cgroup is the kubelet's.
    private var annotations: [String: String] {
        let prefix = "io.kubernetes.cri."
        var annotations = [
            "container-type": "sandbox", "sandbox-id": id, "sandbox-name": metadata.name,
            "sandbox-namespace": metadata.namespace, "sandbox-uid": metadata.uid,
            "sandbox-log-directory": config.logDirectory,
        ]
        if let resources = config.linux?.resources {
            annotations["sandbox-cpu-period"] = "\(resources.cpuPeriod)"
            annotations["sandbox-cpu-quota"] = "\(resources.cpuQuota)"
            annotations["sandbox-cpu-shares"] = "\(resources.cpuShares)"
            annotations["sandbox-memory"] = "\(resources.memoryLimitInBytes)"
        }
        return Dictionary(uniqueKeysWithValues: annotations.map { (prefix + $0.key, $0.value) })
    }

    private func networkRequest() throws(OxbowError) -> NetworkRequest {
        NetworkRequest(
            // The core fills in the id of the container it makes.
            pod: PodIdentity(id: "", namespace: metadata.namespace, name: metadata.name, uid: metadata.uid),
            portMappings: config.portMappings.filter { $0.hostPort > 0 }.map(CNI.PortMapping.init),
            ingressBandwidth: try bandwidth("kubernetes.io/ingress-bandwidth"),
            egressBandwidth: try bandwidth("kubernetes.io/egress-bandwidth"))
    }

    /// Bits per second from a pod's annotation, a Kubernetes quantity such as `10M`.
    private func bandwidth(_ annotation: String) throws(OxbowError) -> UInt64 {
        guard let text = config.annotations[annotation] else { return 0 }
        guard let rate = Quantity.parse(text) else {
            throw OxbowError(.badRequest, "config.annotations: \(annotation) is not a quantity (\(text))")
        }
        return rate
    }

    private func etcFiles(hostNetwork: Bool) -> EtcFiles {
        EtcFiles(
            resolvConf: config.dnsConfig.flatMap(ResolvConf.text) ?? HostFiles.resolvConf,
            hosts: hostNetwork ? HostFiles.hosts : PodHosts.text(hostname: config.hostname),
            hostname: hostNetwork ? HostFiles.hostname : config.hostname + "\n")
    }

    private var document: SandboxDocument {
        get throws(OxbowError) {
            var rest = config
            (rest.metadata, rest.labels, rest.annotations) = (nil, [:], [:])
            return SandboxDocument(
                name: metadata.name, uid: metadata.uid, namespace: metadata.namespace, attempt: metadata.attempt,
                labels: config.labels, annotations: config.annotations, logDirectory: config.logDirectory,
                cgroupParent: config.linux?.cgroupParent ?? "", runtimeHandler: handler,
                networkMode: namespaces.network.rawValue, pidMode: namespaces.pid.rawValue,
                ipcMode: namespaces.ipc.rawValue, privileged: security.privileged,
                configuration: try CRIJSON.text(of: rest.encoded(), type: PodSandboxConfig.name))
        }
    }
}

extension Linux.IDMapping {
    fileprivate init(_ mapping: CRI.IDMapping) {
        self.init(container: mapping.containerId, host: mapping.hostId, length: mapping.length)
    }
}

extension CNI.PortMapping {
    fileprivate init(_ mapping: CRI.PortMapping) {
        let transport: TransportProtocol =
            switch mapping.transport {
            case .udp: .udp
            case .sctp: .sctp
            default: .tcp
            }
        self.init(
            transport: transport, containerPort: Int(mapping.containerPort), hostPort: Int(mapping.hostPort),
            hostIP: mapping.hostIp)
    }
}
