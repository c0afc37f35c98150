/// Where a file system's layers are: `LowerDir`, `UpperDir`, `WorkDir`, `MergedDir`.
package struct GraphDriver: GoObject {
    package var data: [String: String]?
    package var name = ""
    package init() {}
    package init(name: String, data: [String: String]?) {
        self.name = name
        self.data = data
    }

    package static let members: GoMembers<Self> = [.always("Data", \.data), .always("Name", \.name)]
}
