package struct OverlayPaths: Sendable, Codable {
    package var lower: [String]
    package var upper: String
    package var work: String
    package var merged: String
    /// Whose files those of `lower` are to be; nil: as they are on disk.
    package var users: UserNamespaceSpec?
    package init(
        lower: [String] = [],
        upper: String = "",
        work: String = "",
        merged: String = "",
        users: UserNamespaceSpec? = nil
    ) {
        self.lower = lower
        self.upper = upper
        self.work = work
        self.merged = merged
        self.users = users
    }
}
