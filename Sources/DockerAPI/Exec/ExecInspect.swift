/// Answer of `GET /exec/{id}/json`.
package struct ExecInspect: GoObject {
    package struct Process: GoObject {
        package var tty = false
        package var entrypoint = ""
        package var arguments: [String]? = []
        package var privileged: Bool?
        package var user = ""
        package init() {}
        package static let members: GoMembers<Self> = [
            .always("tty", \.tty),
            .always("entrypoint", \.entrypoint),
            .always("arguments", \.arguments),
            .omitEmpty("privileged", \.privileged),
            .omitEmpty("user", \.user),
        ]
    }

    package var id = ""
    package var running = false
    /// nil until it has ended.
    package var exitCode: Int?
    package var processConfig = Process()
    package var openStdin = false
    package var openStderr = false
    package var openStdout = false
    package var canRemove = false
    package var containerID = ""
    package var detachKeys = ""
    package var pid = 0
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("ID", \.id),
        .always("Running", \.running),
        .always("ExitCode", \.exitCode),
        .always("ProcessConfig", \.processConfig),
        .always("OpenStdin", \.openStdin),
        .always("OpenStderr", \.openStderr),
        .always("OpenStdout", \.openStdout),
        .always("CanRemove", \.canRemove),
        .always("ContainerID", \.containerID),
        .always("DetachKeys", \.detachKeys),
        .always("Pid", \.pid),
    ]
}
