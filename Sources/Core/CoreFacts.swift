package struct CoreFacts: Sendable {
    package var root: String
    package var cgroupDriver: String
    package var cgroupVersion: Int
    /// handler name → program path.
    package var runtimes: [String: String]
    package var defaultRuntime: String
    package var runtimeVersions: [String: String]
    package var monitorVersion: String
    package init(
        root: String = "",
        cgroupDriver: String = "",
        cgroupVersion: Int = 0,
        runtimes: [String: String] = [:],
        defaultRuntime: String = "",
        runtimeVersions: [String: String] = [:],
        monitorVersion: String = ""
    ) {
        self.root = root
        self.cgroupDriver = cgroupDriver
        self.cgroupVersion = cgroupVersion
        self.runtimes = runtimes
        self.defaultRuntime = defaultRuntime
        self.runtimeVersions = runtimeVersions
        self.monitorVersion = monitorVersion
    }
}
