/// Answer of a request that only makes something.
package struct IDResponse: GoObject {
    package var id = ""
    package init() {}
    package init(id: String) { self.id = id }
    package static let members: GoMembers<Self> = [.always("Id", \.id)]
}
