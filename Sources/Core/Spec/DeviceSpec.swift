package struct DeviceSpec: Sendable, Codable, Equatable {
    package var hostPath: String
    package var containerPath: String
    /// Of `rwm`.
    package var permissions: String
    package init(
        hostPath: String = "",
        containerPath: String = "",
        permissions: String = "rwm"
    ) {
        self.hostPath = hostPath
        self.containerPath = containerPath
        self.permissions = permissions
    }
}
