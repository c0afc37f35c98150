import CNI
import Core
import DockerAPI
import Faults
import Linux
import OCI

/// From a create request to what the core is asked for and what the engine remembers. Reads nothing and changes nothing:
/// all it needs of the world is in its properties.
struct CreatePlan {
    var id: String
    var name: String
    var request: ContainerCreateRequest
    var image: ImageRecord
    /// The API level that the client speaks.
    var version: APIVersion
    var host: HostTraits
    /// All containers there are, for `container:<reference>`.
    var containers: [ContainerRecord]
    var document: (ContainerRecord) -> ContainerDocument
    var publishing: PortPublishing
    var exists: (String) -> Bool
    /// The images that mounts name, by that name.
    var mountImages: [String: Digest] = [:]
    /// The program that serves as init.
    var initProgram: String

    struct Result {
        var spec: ContainerSpec
        var document: ContainerDocument
        var warnings: [String]
    }

    /// Where the init program stands in a container that asked for one, as in Docker's.
    static let initPath = "/sbin/docker-init"

    /// - Throws: `OxbowError` in Docker's words for what is wrong with the request.
    mutating func make() throws(OxbowError) -> Result {
        var config = try request.config.merged(with: image.config)
        let hostConfig = (request.hostConfig ?? HostConfig()).withDefaults(version: version, host: host)
        let mode = try NetworkMode(hostConfig.networkMode)
        try request.networkingConfig?.check()
        // The client's own config is checked, not the merged one: an image's exposed ports contradict nothing.
        let warnings = try hostConfig.check(config: request.config, network: mode, host: host)
        try EtcText.check(extraHosts: hostConfig.extraHosts ?? [])
        if !(request.config.volumes ?? [:]).isEmpty {
            throw OxbowError(.unsupported, "volumes: named and anonymous volumes are not supported by this engine")
        }

        let namespaces = try self.namespaces(hostConfig)
        let networkPeer = try mode.peer(in: containers)
        config.hostname = hostname(config, mode: mode, peer: networkPeer)
        config.image = request.config.image

        let mounts = try self.mounts(hostConfig, peer: networkPeer)
        var spec = ContainerSpec(image: image.id, process: try process(config, hostConfig))
        spec.id = id
        spec.name = name
        spec.labels = config.labels ?? [:]
        spec.imageName = request.config.image
        // On the host's UTS namespace there is no name to set.
        spec.hostname = namespaces.uts == .host ? "" : config.hostname
        spec.readOnlyRoot = hostConfig.readonlyRootfs
        spec.mounts = mounts
        spec.namespaces = namespaces
        spec.network = try network(mode, peer: networkPeer, hostConfig, config)
        spec.etc = etc(mode, config: config, hostConfig: hostConfig)
        spec.cgroupParent = hostConfig.resources.cgroupParent
        spec.resources = hostConfig.resources.limits
        spec.devices = (hostConfig.resources.devices ?? []).map {
            DeviceSpec(
                hostPath: $0.pathOnHost, containerPath: $0.pathInContainer.isEmpty ? $0.pathOnHost : $0.pathInContainer,
                permissions: $0.cgroupPermissions.isEmpty ? "rwm" : $0.cgroupPermissions)
        }
        spec.privileged = hostConfig.privileged
        spec.maskedPaths = hostConfig.maskedPaths ?? []
        spec.readOnlyPaths = hostConfig.readonlyPaths ?? []
        spec.sysctls = hostConfig.sysctls ?? [:]
        spec.seccomp = try seccomp(hostConfig)
        spec.shmBytes = UInt64(hostConfig.shmSize)
        spec.log = try log(hostConfig.logConfig)
        spec.stopSignal = try stopSignal(config)
        spec.runtimeHandler = hostConfig.runtime
        spec.annotations = hostConfig.annotations ?? [:]

        var document = ContainerDocument()
        document.config = config
        document.hostConfig = hostConfig
        document.networkingConfig = request.networkingConfig
        do { spec.extensionDocument = try DockerJSON.text(document) } catch {
            throw OxbowError(.ours, "container: cannot be written down", origin: error)
        }
        return Result(spec: spec, document: document, warnings: warnings)
    }

    /// What the client said, the joined container's, the host's, or the beginning of the id.
    private func hostname(_ config: ContainerConfig, mode: NetworkMode, peer: ContainerRecord?) -> String {
        if let peer { return document(peer).config.hostname }
        if !request.config.hostname.isEmpty { return request.config.hostname }
        return mode == .host ? host.hostname : String(id.prefix(12))
    }

    private func process(_ config: ContainerConfig, _ hostConfig: HostConfig) throws(OxbowError) -> ProcessSpec {
        let security = try SecurityOptions(hostConfig.securityOpt ?? [])
        let added = hostConfig.capAdd?.list ?? []
        let dropped = hostConfig.capDrop?.list ?? []
        try CapabilityNames.check(added, member: "CapAdd")
        try CapabilityNames.check(dropped, member: "CapDrop")

        var process = ProcessSpec(arguments: config.arguments, environment: try config.processEnvironment())
        if hostConfig.initProcess == true { process.arguments = [Self.initPath, "--"] + process.arguments }
        process.workingDirectory = config.workingDir.isEmpty ? "/" : config.workingDir
        process.user = .text(config.user)
        process.additionalGroups = try (hostConfig.groupAdd ?? []).map { group throws(OxbowError) -> UInt32 in
            guard let number = UInt32(group) else {
                throw OxbowError(.unsupported, "group \(group): only numbers are supported in GroupAdd by this engine")
            }
            return number
        }
        process.terminal = config.tty
        process.openStdin = config.openStdin
        process.stdinOnce = config.stdinOnce
        process.capabilities = CapabilitySpec(add: added, drop: dropped)
        process.noNewPrivileges = security.noNewPrivileges
        process.oomScoreAdj = hostConfig.oomScoreAdj
        // As Docker: profiles and labels mean nothing on a host without the module.
        process.apparmorProfile = host.hasAppArmor ? security.appArmor : ""
        process.selinuxLabel = host.hasSELinux ? security.label : ""
        process.limits = try (hostConfig.resources.ulimits ?? []).map { limit throws(OxbowError) in
            guard limit.hard == -1 || (0...limit.hard).contains(limit.soft) else {
                throw OxbowError(
                    .badRequest,
                    "ulimit soft limit must be less than or equal to hard limit: "
                        + "\(limit.soft) > \(limit.hard)")
            }
            // −1 is RLIM_INFINITY.
            return ProcessSpec.ResourceLimit(
                type: "RLIMIT_" + limit.name.uppercased(), soft: UInt64(bitPattern: limit.soft),
                hard: UInt64(bitPattern: limit.hard))
        }
        return process
    }

    private func seccomp(_ hostConfig: HostConfig) throws(OxbowError) -> SeccompSpec {
        try SecurityOptions(hostConfig.securityOpt ?? []).seccomp
            ?? (hostConfig.privileged ? .unconfined : .runtimeDefault)
    }

    private func stopSignal(_ config: ContainerConfig) throws(OxbowError) -> Int32 {
        guard !config.stopSignal.isEmpty else { return 0 }
        guard let number = Signals.number(named: config.stopSignal) else {
            throw OxbowError(.badRequest, "Invalid signal: \(config.stopSignal)")
        }
        return number
    }

    /// The size limit is for Docker's file, not for the monitor's, which would throw away what we have not read.
    private func log(_ config: LogConfig) throws(OxbowError) -> LogSpec {
        guard config.type != "none" else { return LogSpec(enabled: false) }
        _ = try LogOptions(config)
        return LogSpec()
    }
}
