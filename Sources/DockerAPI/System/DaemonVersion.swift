/// Answer of `GET /version`.
package struct DaemonVersion: GoObject {
    package struct Platform: GoObject {
        package var name = ""
        package init() {}
        package static let members: GoMembers<Self> = [.always("Name", \.name)]
    }
    package struct Component: GoObject {
        package var name = ""
        package var version = ""
        package var details: [String: String]?
        package init() {}
        package init(name: String, version: String, details: [String: String] = [:]) {
            self.name = name
            self.version = version
            self.details = details
        }
        package static let members: GoMembers<Self> = [
            .always("Name", \.name), .always("Version", \.version), .omitEmpty("Details", \.details),
        ]
    }

    package var platform = Platform()
    /// The engine first.
    package var components: [Component]?
    package var version = ""
    package var apiVersion = ""
    package var minAPIVersion = ""
    package var gitCommit = ""
    package var goVersion = ""
    package var os = ""
    package var arch = ""
    package var kernelVersion = ""
    package var experimental = false
    package var buildTime = ""
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("Platform", \.platform),
        .omitEmpty("Components", \.components),
        .always("Version", \.version),
        .always("ApiVersion", \.apiVersion),
        .omitEmpty("MinAPIVersion", \.minAPIVersion),
        .always("GitCommit", \.gitCommit),
        .always("GoVersion", \.goVersion),
        .always("Os", \.os),
        .always("Arch", \.arch),
        .omitEmpty("KernelVersion", \.kernelVersion),
        .omitEmpty("Experimental", \.experimental),
        .omitEmpty("BuildTime", \.buildTime),
    ]
}
