/// A further address of a container on the default bridge.
package struct SecondaryAddress: GoObject {
    package var address = ""
    package var prefixLen = 0
    package init() {}
    package static let members: GoMembers<Self> = [.always("Addr", \.address), .always("PrefixLen", \.prefixLen)]
}
