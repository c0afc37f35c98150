/// An element of `GET /images/{name}/history`, newest first.
package struct ImageHistoryEntry: GoObject {
    package var comment = ""
    /// Seconds since 1970.
    package var created: Int64 = 0
    package var createdBy = ""
    /// `<missing>` for steps that are no image of their own.
    package var id = ""
    package var size: Int64 = 0
    package var tags: [String]?
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("Comment", \.comment),
        .always("Created", \.created),
        .always("CreatedBy", \.createdBy),
        .always("Id", \.id),
        .always("Size", \.size),
        .always("Tags", \.tags),
    ]
}
