import CRI
import CRIServer
import DockerAPI
import Faults

/// The create body of a sandbox: a pause container that holds the pod's namespaces.
///
/// DNS is not sent: resolv.conf is written after the start, so that all containers of the pod see one file.
struct SandboxBody {
    var era: Era
    var pauseImage: String
    /// Whether network plugins set the pod's network up.
    var pluggedNetwork: Bool
    /// Docker's cgroup driver: `cgroupfs` or `systemd`.
    var cgroupDriver: String
    /// `seccomp=…` for the pause process, or nothing for Docker's default profile.
    var seccomp: [String] = []

    /// The pause process should outlive everything but the kubelet.
    static let oomScore = -998
    static let cpuShares: Int64 = 2
    /// Bytes; Docker's client puts this default into every create.
    static let sharedMemory: Int64 = 64 << 20

    /// - Throws: `.badRequest` for a group without a user.
    func request(
        _ config: PodSandboxConfig, runtimeHandler: String
    ) throws(BridgeFailure) -> ContainerCreateRequest {
        var container = DockerAPI.ContainerConfig()
        var host = HostConfig()
        container.hostname = config.hostname
        container.image = pauseImage
        container.labels = DockerLabels.ofSandbox(config, handler: runtimeHandler, era: era)
        let ports = PortEncoding.docker(config.portMappings)
        container.exposedPorts = ports.exposed
        host.portBindings = ports.bindings

        host.ipcMode = "shareable"
        host.shmSize = Self.sharedMemory
        host.oomScoreAdj = Self.oomScore
        host.resources.cpuShares = Self.cpuShares
        host.securityOpt = []
        if let linux = config.linux ?? (era.needsLinuxConfiguration ? nil : LinuxPodSandboxConfig()) {
            try apply(linux, to: &container, &host)
        }
        if !era.dropsSandboxProfiles, let profile = config.linux?.securityContext?.apparmor {
            host.securityOpt = (host.securityOpt ?? []) + SecurityOptions.apparmor(profile)
        }
        host.securityOpt = (host.securityOpt ?? []) + [SecurityOptions.noNewPrivileges] + seccomp
        if !era.refusesRuntimeHandlers { host.runtime = runtimeHandler }
        return ContainerCreateRequest(config: container, hostConfig: host)
    }

    private func apply(
        _ linux: LinuxPodSandboxConfig, to container: inout DockerAPI.ContainerConfig, _ host: inout HostConfig
    ) throws(BridgeFailure) {
        let security = linux.securityContext
        container.user = try UserEncoding.docker(user: security?.runAsUser, group: security?.runAsGroup)
        NamespaceEncoding.apply(sandbox: security?.namespaceOptions, pluggedNetwork: pluggedNetwork, to: &host)
        host.groupAdd = UserEncoding.groups(security?.supplementalGroups ?? [])
        host.readonlyRootfs = security?.readonlyRootfs ?? false
        host.securityOpt = SecurityOptions.selinux(security?.selinuxOptions)
        if !era.knowsOnlyFieldsOf120 { host.privileged = security?.privileged ?? false }
        host.sysctls = try sysctls(linux, security?.namespaceOptions)
        host.resources.cgroupParent = ResourceEncoding.cgroupParent(linux.cgroupParent, driver: cgroupDriver)
    }

    private func sysctls(
        _ linux: LinuxPodSandboxConfig, _ namespaces: NamespaceOption?
    ) throws(BridgeFailure) -> [String: String] {
        guard !era.leavesChecksToDocker else { return linux.sysctls }
        do throws(OxbowError) {
            return try PodSysctls.checked(linux.sysctls, namespaces: namespaces ?? NamespaceOption())
        } catch {
            throw BridgeFailure(describing: error)
        }
    }
}
