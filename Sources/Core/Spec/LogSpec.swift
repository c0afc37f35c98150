package struct LogSpec: Sendable, Codable, Equatable {
    /// Absolute path of a file in CRI log format; "" → the container's own folder.
    package var path: String
    package var maximumBytes: Int64?
    /// false: output is thrown away unless somebody is attached.
    package var enabled: Bool
    package init(
        path: String = "",
        maximumBytes: Int64? = nil,
        enabled: Bool = true
    ) {
        self.path = path
        self.maximumBytes = maximumBytes
        self.enabled = enabled
    }
}
