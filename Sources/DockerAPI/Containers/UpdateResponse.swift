/// Answer of `POST /containers/{id}/update`.
package struct UpdateResponse: GoObject {
    package var warnings: [String]?
    package init() {}
    package static let members: GoMembers<Self> = [.always("Warnings", \.warnings)]
}
