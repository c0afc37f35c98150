/// A row of `DELETE /images/{name}`: exactly one of the two is set.
package struct ImageDeleteEntry: GoObject {
    package var deleted = ""
    package var untagged = ""
    package init() {}
    package init(deleted: String) { self.deleted = deleted }
    package init(untagged: String) { self.untagged = untagged }

    package static let members: GoMembers<Self> = [
        .omitEmpty("Deleted", \.deleted), .omitEmpty("Untagged", \.untagged),
    ]
}
