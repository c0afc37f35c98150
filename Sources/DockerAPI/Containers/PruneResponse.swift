/// Answer of `POST /containers/prune`.
package struct PruneResponse: GoObject {
    package var containersDeleted: [String]?
    package var spaceReclaimed: UInt64 = 0
    package init() {}
    package static let members: GoMembers<Self> = [
        .always("ContainersDeleted", \.containersDeleted), .always("SpaceReclaimed", \.spaceReclaimed),
    ]
}
