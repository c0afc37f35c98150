/// Tasks in the container's cgroup.
package struct PidsStats: GoObject {
    package var current: UInt64 = 0
    package var limit: UInt64 = 0
    package init() {}
    package static let members: GoMembers<Self> = [.omitEmpty("current", \.current), .omitEmpty("limit", \.limit)]
}
