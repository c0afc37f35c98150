/// Answer of `GET /containers/{id}/json`.
package struct ContainerInspect: GoObject {
    package var id = ""
    package var created = ""
    package var path = ""
    package var args: [String]? = []
    package var state = ContainerState()
    /// The image's id.
    package var image = ""
    package var resolvConfPath = ""
    package var hostnamePath = ""
    package var hostsPath = ""
    package var logPath = ""
    /// With a slash in front.
    package var name = ""
    package var restartCount = 0
    package var driver = ""
    package var platform = ""
    package var mountLabel = ""
    package var processLabel = ""
    package var appArmorProfile = ""
    package var execIDs: [String]?
    package var hostConfig = HostConfig()
    package var graphDriver = GraphDriver()
    /// Bytes of the writable layer; present, even as 0, when `size=1` was asked for.
    package var sizeRw: Int64?
    package var sizeRootFs: Int64?
    package var mounts: [MountPoint]? = []
    package var config = ContainerConfig()
    package var networkSettings = NetworkSettings()
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("Id", \.id),
        .always("Created", \.created),
        .always("Path", \.path),
        .always("Args", \.args),
        .always("State", \.state),
        .always("Image", \.image),
        .always("ResolvConfPath", \.resolvConfPath),
        .always("HostnamePath", \.hostnamePath),
        .always("HostsPath", \.hostsPath),
        .always("LogPath", \.logPath),
        .always("Name", \.name),
        .always("RestartCount", \.restartCount),
        .always("Driver", \.driver),
        .always("Platform", \.platform),
        .always("MountLabel", \.mountLabel),
        .always("ProcessLabel", \.processLabel),
        .always("AppArmorProfile", \.appArmorProfile),
        .always("ExecIDs", \.execIDs),
        .always("HostConfig", \.hostConfig),
        .always("GraphDriver", \.graphDriver),
        .omitEmpty("SizeRw", \.sizeRw),
        .omitEmpty("SizeRootFs", \.sizeRootFs),
        .always("Mounts", \.mounts),
        .always("Config", \.config),
        .always("NetworkSettings", \.networkSettings),
    ]
}
