/// A container on one network.
package struct EndpointSettings: GoObject {
    package var ipamConfig: EndpointIPAM?
    package var links: [String]?
    package var aliases: [String]?
    package var networkID = ""
    package var endpointID = ""
    package var gateway = ""
    package var ipAddress = ""
    package var ipPrefixLen = 0
    package var ipv6Gateway = ""
    package var globalIPv6Address = ""
    package var globalIPv6PrefixLen = 0
    package var macAddress = ""
    package var driverOpts: [String: String]?
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("IPAMConfig", \.ipamConfig),
        .always("Links", \.links),
        .always("Aliases", \.aliases),
        .always("NetworkID", \.networkID),
        .always("EndpointID", \.endpointID),
        .always("Gateway", \.gateway),
        .always("IPAddress", \.ipAddress),
        .always("IPPrefixLen", \.ipPrefixLen),
        .always("IPv6Gateway", \.ipv6Gateway),
        .always("GlobalIPv6Address", \.globalIPv6Address),
        .always("GlobalIPv6PrefixLen", \.globalIPv6PrefixLen),
        .always("MacAddress", \.macAddress),
        .always("DriverOpts", \.driverOpts),
    ]
}
