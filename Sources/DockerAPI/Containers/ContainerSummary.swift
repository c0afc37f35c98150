/// An element of `GET /containers/json`.
package struct ContainerSummary: GoObject {
    package struct HostMode: GoObject {
        package var networkMode = ""
        package init() {}
        package static let members: GoMembers<Self> = [.omitEmpty("NetworkMode", \.networkMode)]
    }
    package struct Networks: GoObject {
        package var networks: [String: EndpointSettings?]?
        package init() {}
        package static let members: GoMembers<Self> = [.always("Networks", \.networks)]
    }

    package var id = ""
    /// With a slash in front.
    package var names: [String]?
    /// As the client named it.
    package var image = ""
    package var imageID = ""
    /// The argument vector in one line.
    package var command = ""
    /// Seconds since 1970.
    package var created: Int64 = 0
    package var ports: [PortSummary]? = []
    package var sizeRw: Int64 = 0
    package var sizeRootFs: Int64 = 0
    package var labels: [String: String]? = [:]
    package var state = ""
    /// For people, but clients parse its beginning: `Up 3 seconds`, `Exited (0) 2 minutes ago`, `Created`.
    package var status = ""
    package var hostConfig = HostMode()
    package var networkSettings: Networks?
    package var mounts: [MountPoint]? = []
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("Id", \.id),
        .always("Names", \.names),
        .always("Image", \.image),
        .always("ImageID", \.imageID),
        .always("Command", \.command),
        .always("Created", \.created),
        .always("Ports", \.ports),
        .omitEmpty("SizeRw", \.sizeRw),
        .omitEmpty("SizeRootFs", \.sizeRootFs),
        .always("Labels", \.labels),
        .always("State", \.state),
        .always("Status", \.status),
        .always("HostConfig", \.hostConfig),
        .always("NetworkSettings", \.networkSettings),
        .always("Mounts", \.mounts),
    ]
}
