import CDI
import CRI
import DockerAPI

/// The create body of a container, which joins the namespaces of its sandbox.
struct ContainerBody {
    var era: Era
    var cgroupDriver: String
    /// The sandbox's runtime handler, "" for Docker's default: both must be the same for namespaces to be shared.
    var runtimeHandler: String
    /// `seccomp=…`, or nothing for Docker's default profile.
    var seccomp: [String]
    /// What the container's CDI devices change.
    var devices = ContainerEdits()

    func request(
        _ config: CRI.ContainerConfig, sandbox: PodSandboxConfig, sandboxID: String
    ) throws(BridgeFailure) -> ContainerCreateRequest {
        var container = DockerAPI.ContainerConfig()
        var host = HostConfig()
        container.entrypoint = config.command.isEmpty ? nil : Words(config.command)
        container.cmd = config.args.isEmpty ? nil : Words(config.args)
        // JSON cannot carry bytes that are not UTF-8; they become U+FFFD, as Go's encoder has it.
        let environment = config.envs.map { "\($0.key)=\(String(decoding: $0.value, as: UTF8.self))" }
        container.env = environment.isEmpty ? nil : environment
        container.image = config.image?.image ?? ""
        container.workingDir = config.workingDir
        container.labels = DockerLabels.ofContainer(config, sandbox: sandbox, sandboxID: sandboxID, era: era)
        container.openStdin = config.stdin
        container.stdinOnce = config.stdinOnce
        container.tty = config.tty
        container.healthcheck = HealthConfig(test: ["NONE"])

        if era.knowsOnlyFieldsOf120 {
            host.binds = config.mounts.map(MountEncoding.bind)
        } else {
            try MountEncoding.check(config.mounts)
            host.binds = config.mounts.filter { !MountEncoding.needsObject($0) }.map(MountEncoding.bind)
            let objects = config.mounts.filter(MountEncoding.needsObject).map(MountEncoding.object)
            host.mounts = objects.isEmpty ? nil : objects
        }
        host.restartPolicy = RestartPolicy(name: "no")
        host.shmSize = SandboxBody.sharedMemory
        if let linux = config.linux ?? (era.needsLinuxConfiguration ? nil : LinuxContainerConfig()) {
            try apply(linux, sandboxID: sandboxID, to: &container, &host)
        }
        host.resources.devices = config.devices.map {
            DeviceMapping(
                pathOnHost: $0.hostPath, pathInContainer: $0.containerPath, cgroupPermissions: $0.permissions)
        }
        if let parent = sandbox.linux?.cgroupParent {
            host.resources.cgroupParent = ResourceEncoding.cgroupParent(parent, driver: cgroupDriver)
        }
        host.securityOpt = (host.securityOpt ?? []) + seccomp
        if !era.knowsOnlyFieldsOf120 { container.stopSignal = StopSignals.name(config.stopSignal) }
        if !era.refusesRuntimeHandlers { host.runtime = runtimeHandler }
        var body = ContainerCreateRequest(config: container, hostConfig: host)
        try DeviceEdits(edits: devices).apply(to: &body)
        return body
    }

    /// What the CRI asks and Docker's API has no word for: refused, so that no pod runs with less than it needs. Limits on
    /// huge pages are passed over: the pod's own cgroup, which the kubelet makes, has the same.
    private func checkSupport(_ linux: LinuxContainerConfig) throws(BridgeFailure) {
        if let capability = linux.securityContext?.capabilities?.addAmbientCapabilities.first {
            throw BridgeFailure(
                .unsupported, "capabilities.add_ambient_capabilities: Docker's API has none (\(capability))")
        }
        if let key = linux.resources?.unified.keys.min() {
            throw BridgeFailure(.unsupported, "resources.unified: Docker's API has no place for it (\(key))")
        }
    }

    private func apply(
        _ linux: LinuxContainerConfig, sandboxID: String, to container: inout DockerAPI.ContainerConfig,
        _ host: inout HostConfig
    ) throws(BridgeFailure) {
        if !era.knowsOnlyFieldsOf120 { try checkSupport(linux) }
        if let limits = linux.resources {
            host.resources = ResourceEncoding.create(limits, era: era)
            host.oomScoreAdj = Int(limits.oomScoreAdj)
        }
        let security = linux.securityContext
        if !era.knowsOnlyFieldsOf120, let security { try UserEncoding.check(security) }
        container.user = try UserEncoding.docker(
            user: security?.runAsUser, name: security?.runAsUsername ?? "", group: security?.runAsGroup)
        NamespaceEncoding.apply(container: security?.namespaceOptions, sandboxID: sandboxID, to: &host)
        host.securityOpt = SecurityOptions.selinux(security?.selinuxOptions)
        guard let security else { return }
        host.groupAdd = UserEncoding.groups(security.supplementalGroups)
        host.privileged = security.privileged
        host.readonlyRootfs = security.readonlyRootfs
        if let added = security.capabilities?.addCapabilities, !added.isEmpty { host.capAdd = Words(added) }
        if let dropped = security.capabilities?.dropCapabilities, !dropped.isEmpty { host.capDrop = Words(dropped) }
        host.securityOpt = (host.securityOpt ?? []) + apparmor(security)
        if security.noNewPrivs { host.securityOpt = (host.securityOpt ?? []) + [SecurityOptions.noNewPrivileges] }
        if !security.privileged {
            host.maskedPaths = paths(security.maskedPaths)
            host.readonlyPaths = paths(security.readonlyPaths)
        }
    }

    private func apparmor(_ security: LinuxContainerSecurityContext) -> [String] {
        if !era.knowsOnlyFieldsOf120, let profile = security.apparmor {
            return SecurityOptions.apparmor(profile)
        }
        return SecurityOptions.apparmor(profile: security.apparmorProfile)
    }

    /// nil makes Docker mask its default paths, an empty list none: `procMount: Unmasked` needs the latter.
    private func paths(_ list: [String]) -> [String]? {
        list.isEmpty && era.masksDefaultsWhenUnmasked ? nil : list
    }
}
