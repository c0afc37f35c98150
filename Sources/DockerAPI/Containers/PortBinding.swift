/// An address on the host that leads to a port of the container.
package struct PortBinding: GoObject {
    /// "": every address.
    package var hostIP = ""
    /// "" and `0`: any free port; `8000-8010`: a free one of these.
    package var hostPort = ""
    package init() {}
    package init(hostIP: String = "", hostPort: String) {
        self.hostIP = hostIP
        self.hostPort = hostPort
    }

    package static let members: GoMembers<Self> = [.always("HostIp", \.hostIP), .always("HostPort", \.hostPort)]
}
