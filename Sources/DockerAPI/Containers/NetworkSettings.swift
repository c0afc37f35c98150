/// A container's addresses. The flat members repeat those of the network `bridge`.
package struct NetworkSettings: GoObject {
    package var bridge = ""
    package var sandboxID = ""
    package var hairpinMode = false
    package var linkLocalIPv6Address = ""
    package var linkLocalIPv6PrefixLen = 0
    package var ports: [String: [PortBinding]?]?
    /// Path of the network namespace.
    package var sandboxKey = ""
    package var secondaryIPAddresses: [SecondaryAddress]?
    package var secondaryIPv6Addresses: [SecondaryAddress]?
    package var endpointID = ""
    package var gateway = ""
    package var globalIPv6Address = ""
    package var globalIPv6PrefixLen = 0
    package var ipAddress = ""
    package var ipPrefixLen = 0
    package var ipv6Gateway = ""
    package var macAddress = ""
    package var networks: [String: EndpointSettings?]?
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("Bridge", \.bridge),
        .always("SandboxID", \.sandboxID),
        .always("HairpinMode", \.hairpinMode),
        .always("LinkLocalIPv6Address", \.linkLocalIPv6Address),
        .always("LinkLocalIPv6PrefixLen", \.linkLocalIPv6PrefixLen),
        .always("Ports", \.ports),
        .always("SandboxKey", \.sandboxKey),
        .always("SecondaryIPAddresses", \.secondaryIPAddresses),
        .always("SecondaryIPv6Addresses", \.secondaryIPv6Addresses),
        .always("EndpointID", \.endpointID),
        .always("Gateway", \.gateway),
        .always("GlobalIPv6Address", \.globalIPv6Address),
        .always("GlobalIPv6PrefixLen", \.globalIPv6PrefixLen),
        .always("IPAddress", \.ipAddress),
        .always("IPPrefixLen", \.ipPrefixLen),
        .always("IPv6Gateway", \.ipv6Gateway),
        .always("MacAddress", \.macAddress),
        .always("Networks", \.networks),
    ]
}
