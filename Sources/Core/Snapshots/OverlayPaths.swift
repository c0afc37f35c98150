package struct OverlayPaths: Sendable, Codable {
    package var lower: [String]
    package var upper: String
    package var work: String
    package var merged: String
    package init(
        lower: [String] = [],
        upper: String = "",
        work: String = "",
        merged: String = ""
    ) {
        self.lower = lower
        self.upper = upper
        self.work = work
        self.merged = merged
    }
}
