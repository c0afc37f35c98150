import Faults
import CRI
import DockerAPI
import Linux

/// CRI states out of what Docker tells.
///
/// A container whose start failed is `created` to Docker's list; only its inspection knows better (`StartFailures`).
enum StateDerivation {
    static func container(_ summary: ContainerSummary, era: Era) -> CRI.ContainerState {
        if era.readsStatesFromWords { return container(words: summary.status) }
        return switch summary.state {
        case "created": .containerCreated
        case "running", "paused", "restarting": .containerRunning
        case "exited", "dead": .containerExited
        default: .containerUnknown
        }
    }

    static func sandbox(_ summary: ContainerSummary, era: Era) -> PodSandboxState {
        if era.readsStatesFromWords { return summary.status.hasPrefix("Up") ? .sandboxReady : .sandboxNotready }
        return ["running", "paused"].contains(summary.state) ? .sandboxReady : .sandboxNotready
    }

    static func container(words: String) -> CRI.ContainerState {
        if words.hasPrefix("Up") { return .containerRunning }
        if words.hasPrefix("Exited") { return .containerExited }
        if words.hasPrefix("Created") { return .containerCreated }
        return .containerUnknown
    }
}

/// State, reason and times of a container, from its inspection.
struct DerivedStatus: Equatable {
    var state: CRI.ContainerState
    /// Compared letter by letter by kubelets.
    var reason = ""
    var message = ""
    var exitCode: Int32
    /// Nanoseconds since 1970; "never" as the era writes it.
    var createdAt: Int64
    var startedAt: Int64
    var finishedAt: Int64

    /// The exit code of a container that never ran, as other runtimes tell it.
    static let startErrorCode: Int32 = 128

    /// Nanoseconds of Docker's zero time after the overflow that Go's `UnixNano` gives it.
    static let overflownZeroTime: Int64 = -6_795_364_578_871_345_152

    /// - Throws: `.ours` for a time that is not RFC 3339.
    init(_ inspect: ContainerInspect, era: Era) throws(BridgeFailure) {
        let state = inspect.state
        exitCode = Int32(truncatingIfNeeded: state.exitCode)
        createdAt = try Self.nanoseconds(inspect.created, era: era)
        startedAt = try Self.nanoseconds(state.startedAt, era: era)
        finishedAt = try Self.nanoseconds(state.finishedAt, era: era)
        if state.running {
            self.state = .containerRunning
            return
        }
        message = state.error
        if try Self.nanoseconds(state.finishedAt, era: .current) != 0 {
            self.state = .containerExited
            reason = state.oomKilled ? "OOMKilled" : state.exitCode == 0 ? "Completed" : "Error"
        } else if state.exitCode != 0 {
            self.state = .containerExited
            reason = era.tellsFailedStartsAsDocker ? "ContainerCannotRun" : "StartError"
            if !era.tellsFailedStartsAsDocker { exitCode = Self.startErrorCode }
            startedAt = createdAt
            finishedAt = createdAt
        } else {
            self.state = .containerCreated
        }
    }

    /// - Parameter text: RFC 3339; `0001-01-01T00:00:00Z` is Docker's "never".
    static func nanoseconds(_ text: String, era: Era) throws(BridgeFailure) -> Int64 {
        guard let time = Timestamp(rfc3339: text) else {
            throw BridgeFailure(.ours, "docker answer: not a time (\(text))")
        }
        return time == .never && era.overflowsZeroTime ? overflownZeroTime : time.nanoseconds
    }
}
