/// A process limit by its short name: `nofile`, `core`.
package struct Ulimit: GoObject {
    package var name = ""
    /// −1: no limit.
    package var hard: Int64 = 0
    package var soft: Int64 = 0
    package init() {}
    package static let members: GoMembers<Self> = [
        .always("Name", \.name), .always("Hard", \.hard), .always("Soft", \.soft),
    ]
}
