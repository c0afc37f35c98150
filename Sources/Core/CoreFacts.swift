package struct CoreFacts: Sendable {
    package var root: String
    package var cgroupDriver: String
    package var cgroupVersion: Int
    /// handler name → program path.
    package var runtimes: [String: String]
    package var defaultRuntime: String
    package var runtimeVersions: [String: String]
    package var monitorVersion: String
    /// Whether the kernel can make a mount read only with all that is mounted in it (5.12 and later).
    package var recursiveReadOnly: Bool
    /// Whether pods can have user namespaces of their own.
    package var userNamespaces: Bool
    package init(
        root: String = "",
        cgroupDriver: String = "",
        cgroupVersion: Int = 0,
        runtimes: [String: String] = [:],
        defaultRuntime: String = "",
        runtimeVersions: [String: String] = [:],
        monitorVersion: String = "",
        recursiveReadOnly: Bool = false,
        userNamespaces: Bool = false
    ) {
        self.root = root
        self.cgroupDriver = cgroupDriver
        self.cgroupVersion = cgroupVersion
        self.runtimes = runtimes
        self.defaultRuntime = defaultRuntime
        self.runtimeVersions = runtimeVersions
        self.monitorVersion = monitorVersion
        self.recursiveReadOnly = recursiveReadOnly
        self.userNamespaces = userNamespaces
    }
}
