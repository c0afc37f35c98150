/// `State` of a container's inspection. Times are RFC 3339 text; never is `0001-01-01T00:00:00Z`.
package struct ContainerState: GoObject {
    /// `created`, `running`, `paused`, `restarting`, `removing`, `exited`, `dead`.
    package var status = ""
    package var running = false
    package var paused = false
    package var restarting = false
    package var oomKilled = false
    package var dead = false
    package var pid = 0
    package var exitCode = 0
    package var error = ""
    package var startedAt = ""
    package var finishedAt = ""
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("Status", \.status),
        .always("Running", \.running),
        .always("Paused", \.paused),
        .always("Restarting", \.restarting),
        .always("OOMKilled", \.oomKilled),
        .always("Dead", \.dead),
        .always("Pid", \.pid),
        .always("ExitCode", \.exitCode),
        .always("Error", \.error),
        .always("StartedAt", \.startedAt),
        .always("FinishedAt", \.finishedAt),
    ]
}
