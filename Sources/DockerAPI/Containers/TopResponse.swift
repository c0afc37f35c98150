/// Answer of `GET /containers/{id}/top`: the table of `ps`.
package struct TopResponse: GoObject {
    package var titles: [String]? = []
    package var processes: [[String]]? = []
    package init() {}
    package static let members: GoMembers<Self> = [.always("Titles", \.titles), .always("Processes", \.processes)]
}
