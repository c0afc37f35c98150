/// What a Docker Engine is told when it is started.
package struct EngineConfiguration: Sendable {
    /// `Platform.Name` of `/version`: what this daemon calls itself.
    package var name: String
    /// Docker's release of the same API level, marked as ours: cAdvisor and others compare it as Docker's.
    package var version: String
    /// The engine's own folder; uploads go to `tmp` beneath it. Shown as `DockerRootDir`.
    package var root: String
    /// Put in front of a container's process when the client asks for an init; a static program.
    package var initProgram: String
    /// The host's words on names and routing, copied into containers.
    package var resolvConf: String

    package init(
        name: String = "Oxbow Engine", version: String = "23.0.0-oxbow", root: String,
        initProgram: String = "/usr/bin/catatonit",
        resolvConf: String = "/etc/resolv.conf"
    ) {
        self.name = name
        self.version = version
        self.root = root
        self.initProgram = initProgram
        self.resolvConf = resolvConf
    }
}
