import Core
import DockerAPI
import OCI

/// What the engine keeps of a container beside the core's record: the client's request after defaulting, from which
/// inspection echoes. It travels as JSON text in the record's `extensionDocument`, so it outlives the engine.
struct ContainerDocument: GoObject {
    var config = ContainerConfig()
    var hostConfig = HostConfig()
    /// Names of networks that were asked for with settings of their own.
    var networkingConfig: NetworkingConfig?
    /// Ended on a client's request: restart policies then leave it alone until it is started again.
    var stoppedByClient = false
    var restartCount = 0
    init() {}

    static let members: GoMembers<Self> = [
        .always("Config", \.config),
        .always("HostConfig", \.hostConfig),
        .always("NetworkingConfig", \.networkingConfig),
        .always("StoppedByClient", \.stoppedByClient),
        .always("RestartCount", \.restartCount),
    ]

    /// Of a container that another front end made: what the record itself tells.
    init(describing spec: ContainerSpec) {
        config.image = spec.imageName
        config.hostname = spec.hostname
        config.cmd = Words(spec.process.arguments)
        config.env = spec.process.environment
        config.workingDir = spec.process.workingDirectory
        config.tty = spec.process.terminal
        config.openStdin = spec.process.openStdin
        config.stdinOnce = spec.process.stdinOnce
        config.labels = spec.labels
        if case .text(let user) = spec.process.user { config.user = user }
        hostConfig.privileged = spec.privileged
        hostConfig.readonlyRootfs = spec.readOnlyRoot
        hostConfig.resources.cgroupParent = spec.cgroupParent
        hostConfig.networkMode =
            switch spec.network {
            case .none: "none"
            case .host: "host"
            case .container(let id): "container:" + id
            case .pod: "default"
            }
    }
}
