/// Answer of `POST /containers/create`.
package struct ContainerCreateResponse: GoObject {
    package var id = ""
    /// Never null: old clients iterate over it.
    package var warnings: [String]? = []
    package init() {}
    package init(id: String, warnings: [String] = []) {
        self.id = id
        self.warnings = warnings
    }

    package static let members: GoMembers<Self> = [.always("Id", \.id), .always("Warnings", \.warnings)]
}
