import CRI
import CRIServer
import Core
import Faults
import Linux

/// Turns a container's configuration into a container of the core that lives in its sandbox's namespaces.
struct PodContainerSpec {
    let config: ContainerConfig
    let sandboxConfig: PodSandboxConfig
    let sandbox: Sandbox
    let image: ImageRecord
    /// What was read from this host for it.
    let gathered: GatheredFacts

    init(
        _ config: ContainerConfig, sandboxConfig: PodSandboxConfig, sandbox: Sandbox, image: ImageRecord,
        gathered: GatheredFacts
    ) {
        self.config = config
        self.sandboxConfig = sandboxConfig
        self.sandbox = sandbox
        self.image = image
        self.gathered = gathered
    }

    private var metadata: ContainerMetadata { config.metadata ?? ContainerMetadata() }
    private var security: LinuxContainerSecurityContext {
        config.linux?.securityContext ?? LinuxContainerSecurityContext()
    }
    private var namespaces: NamespaceOption { security.namespaceOptions ?? NamespaceOption() }

    func containerSpec() throws(OxbowError) -> ContainerSpec {
        guard !security.privileged || sandbox.document.privileged else {
            throw OxbowError(.badRequest, "config: a privileged container needs a privileged sandbox")
        }
        var resources = ResourceLimits()
        if let asked = config.linux?.resources { resources.apply(asked) }
        var spec = ContainerSpec(
            name: PodNaming.container(metadata, in: sandbox.document), image: image.id,
            imageName: config.image?.image ?? "", process: try process(oomScoreAdj: resources.oomScoreAdj ?? 0),
            hostname: "", readOnlyRoot: security.readonlyRootfs, mounts: try mounts(), namespaces: namespaceSpec,
            network: .container(sandbox.record.id), etc: EtcFiles(), cgroupParent: sandbox.document.cgroupParent,
            resources: resources,
            devices: config.devices.map {
                DeviceSpec(hostPath: $0.hostPath, containerPath: $0.containerPath, permissions: $0.permissions)
            },
            privileged: security.privileged,
            maskedPaths: paths(security.maskedPaths, else: ContainerSpec.standardMaskedPaths),
            readOnlyPaths: paths(security.readonlyPaths, else: ContainerSpec.standardReadOnlyPaths),
            seccomp: security.privileged ? .unconfined : gathered.seccomp,
            log: LogSpec(path: logPath, maximumBytes: nil, enabled: !logPath.isEmpty),
            stopSignal: stopSignal.number,
            runtimeHandler: sandbox.document.runtimeHandler,
            extensionDocument: try DocumentTable.encode(.container(document)))
        try DeviceEdits(edits: gathered.devices).apply(to: &spec)
        return spec
    }

    /// A security context names every path, so none in it means none: `procMount: Unmasked`. The wire cannot tell an
    /// empty list from an absent one; a client without a security context gets the standard ones.
    private func paths(_ asked: [String], else standard: [String]) -> [String] {
        if security.privileged { return [] }
        return config.linux?.securityContext == nil ? standard : asked
    }

    private var namespaceSpec: NamespaceSpec {
        let holder = NamespaceSpec.Source.container(sandbox.record.id)
        let pid: NamespaceSpec.Source =
            switch namespaces.pid {
            case .container: .own
            case .node: .host
            case .target: .container(namespaces.targetId)
            default: holder
            }
        let hostNetwork = sandbox.document.networkMode == NamespaceMode.node.rawValue
        return NamespaceSpec(
            pid: pid, ipc: namespaces.ipc == .node ? .host : holder, uts: hostNetwork ? .host : holder, cgroup: .own,
            user: users)
    }

    /// That of the sandbox, whatever the container says: what it mounts and joins belongs to it.
    private var users: UserNamespaceSpec? {
        guard var users = sandbox.record.spec.namespaces.user else { return nil }
        users.holder = sandbox.record.id
        return users
    }

    private func process(oomScoreAdj: Int?) throws(OxbowError) -> ProcessSpec {
        let command = config.command.isEmpty ? image.config.entrypoint : config.command
        let inherited = config.command.isEmpty && config.args.isEmpty ? image.config.command : config.args
        guard !(command + inherited).isEmpty else {
            throw OxbowError(.badRequest, "config.command: empty, and the image has neither entrypoint nor command")
        }
        let user = try UserChoice(
            user: security.runAsUser?.value, name: security.runAsUsername, group: security.runAsGroup?.value,
            image: image.config.user)
        let capabilities = security.capabilities ?? Capability()
        let folder = config.workingDir.isEmpty ? image.config.workingDirectory : config.workingDir
        return ProcessSpec(
            arguments: command + inherited, environment: environment, workingDirectory: folder.isEmpty ? "/" : folder,
            user: .text(user.text), additionalGroups: try UserChoice.groups(security.supplementalGroups),
            imageGroups: security.supplementalGroupsPolicy == .strict ? .never : .always, terminal: config.tty,
            openStdin: config.stdin, stdinOnce: config.stdinOnce,
            capabilities: CapabilitySpec(
                add: capabilities.addCapabilities, drop: capabilities.dropCapabilities,
                ambient: capabilities.addAmbientCapabilities),
            noNewPrivileges: security.noNewPrivs && !security.privileged, oomScoreAdj: oomScoreAdj,
            apparmorProfile: security.privileged ? "" : gathered.appArmor,
            selinuxLabel: "")
    }

    /// The image's variables, overridden by the configuration's, with HOSTNAME unless either sets it.
    private var environment: [String] {
        var variables = EnvironmentList(image.config.environment)
        let hostname = sandbox.record.spec.hostname
        if !hostname.isEmpty { variables.setUnlessPresent("HOSTNAME", hostname) }
        for pair in config.envs { variables.set(pair.key, String(decoding: pair.value, as: UTF8.self)) }
        return variables.lines
    }

    private func mounts() throws(OxbowError) -> [MountSpec] {
        var mounts = try PodMounts(config: config, images: gathered.volumeImages).specs()
        let record = sandbox.record
        let files = [
            ("/etc/hosts", record.hostsPath), ("/etc/resolv.conf", record.resolvConfPath),
            ("/etc/hostname", record.hostnamePath),
        ]
        for (destination, source) in files
        where !source.isEmpty && !mounts.contains(where: { $0.destination == destination }) {
            mounts.append(
                MountSpec(
                    kind: .bind, source: source, destination: destination, readOnly: security.readonlyRootfs,
                    recursiveReadOnly: false, propagation: .rprivate, createSource: false))
        }
        return mounts
    }

    private var logPath: String {
        guard !config.logPath.isEmpty else { return "" }
        guard !sandboxLogDirectory.isEmpty else { return config.logPath }
        return sandboxLogDirectory + "/" + config.logPath
    }

    private var sandboxLogDirectory: String {
        let folder = sandbox.document.logDirectory.isEmpty ? sandboxConfig.logDirectory : sandbox.document.logDirectory
        return folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }

    private var stopSignal: StopSignalChoice { StopSignalChoice(config.stopSignal, image: image.config.stopSignal) }

    private var document: ContainerDocument {
        ContainerDocument(
            sandbox: sandbox.record.id, name: metadata.name, attempt: metadata.attempt, labels: config.labels,
            annotations: config.annotations, image: config.image?.image ?? "",
            userSpecifiedImage: config.image?.userSpecifiedImage ?? "",
            mounts: config.mounts.map {
                ContainerDocument.MountPoint(
                    containerPath: $0.containerPath, hostPath: $0.hostPath, readOnly: $0.readonly,
                    recursiveReadOnly: $0.recursiveReadOnly, selinuxRelabel: $0.selinuxRelabel,
                    propagation: $0.propagation.rawValue, image: $0.image?.image ?? "",
                    imageSubPath: $0.imageSubPath, options: $0.mountOptions)
            },
            logPath: logPath, stopSignal: stopSignal.signal.rawValue)
    }
}
