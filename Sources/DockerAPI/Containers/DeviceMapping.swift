/// A device of the host, seen in the container.
package struct DeviceMapping: GoObject {
    package var pathOnHost = ""
    package var pathInContainer = ""
    /// Of `rwm`.
    package var cgroupPermissions = ""
    package init() {}
    package init(pathOnHost: String, pathInContainer: String, cgroupPermissions: String) {
        self.pathOnHost = pathOnHost
        self.pathInContainer = pathInContainer
        self.cgroupPermissions = cgroupPermissions
    }

    package static let members: GoMembers<Self> = [
        .always("PathOnHost", \.pathOnHost),
        .always("PathInContainer", \.pathInContainer),
        .always("CgroupPermissions", \.cgroupPermissions),
    ]
}
