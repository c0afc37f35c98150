/// The networks a container joins, by name.
package struct NetworkingConfig: GoObject {
    package var endpointsConfig: [String: EndpointSettings?]?
    package init() {}
    package static let members: GoMembers<Self> = [.always("EndpointsConfig", \.endpointsConfig)]
}
