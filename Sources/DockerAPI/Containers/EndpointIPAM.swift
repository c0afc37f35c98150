/// Addresses asked for by the client.
package struct EndpointIPAM: GoObject {
    package var ipv4Address = ""
    package var ipv6Address = ""
    package init() {}
    package static let members: GoMembers<Self> = [
        .omitEmpty("IPv4Address", \.ipv4Address), .omitEmpty("IPv6Address", \.ipv6Address),
    ]
}
