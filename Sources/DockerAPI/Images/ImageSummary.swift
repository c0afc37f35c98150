/// An element of `GET /images/json`.
package struct ImageSummary: GoObject {
    /// −1: not counted.
    package var containers: Int64 = -1
    /// Seconds since 1970.
    package var created: Int64 = 0
    package var id = ""
    package var labels: [String: String]?
    package var parentID = ""
    package var repoDigests: [String]?
    package var repoTags: [String]?
    /// Bytes shared with other images; −1: not computed.
    package var sharedSize: Int64 = -1
    package var size: Int64 = 0
    package var virtualSize: Int64 = 0
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("Containers", \.containers),
        .always("Created", \.created),
        .always("Id", \.id),
        .always("Labels", \.labels),
        .always("ParentId", \.parentID),
        .always("RepoDigests", \.repoDigests),
        .always("RepoTags", \.repoTags),
        .always("SharedSize", \.sharedSize),
        .always("Size", \.size),
        .always("VirtualSize", \.virtualSize),
    ]
}
