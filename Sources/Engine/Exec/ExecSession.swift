import Core
import DockerAPI

/// One program to be run in a container, from its making to its end.
///
/// Out of turn: a second start is the client's mistake (`refuse`); an end that is told twice is nobody's (ignored).
struct ExecSession: Sendable {
    enum Phase: Sendable, Equatable {
        case created
        /// Asked for, but not known to run yet.
        case starting
        case running(pid: Int32)
        case exited(Int32)
    }
    enum Step: Equatable { case spawn, refuse }

    let id: String
    let containerID: String
    let request: ExecCreateRequest
    /// The user it runs as, for inspection.
    let user: String
    private(set) var phase = Phase.created
    private(set) var lastPID: Int32 = 0
    /// When it ended, nanoseconds since 1970.
    private(set) var endedAt: Int64 = 0

    init(id: String, containerID: String, request: ExecCreateRequest, user: String) {
        self.id = id
        self.containerID = containerID
        self.request = request
        self.user = user
    }

    mutating func startRequested() -> Step {
        guard phase == .created else { return .refuse }
        phase = .starting
        return .spawn
    }

    mutating func started(pid: Int32) {
        guard phase == .starting else { return }
        phase = .running(pid: pid)
        lastPID = pid
    }

    mutating func ended(code: Int32, at time: Int64) {
        if case .exited = phase { return }
        phase = .exited(code)
        endedAt = time
    }

    var isEnded: Bool { if case .exited = phase { true } else { false } }

    var inspection: ExecInspect {
        var inspect = ExecInspect()
        inspect.id = id
        inspect.containerID = containerID
        switch phase {
        case .created: break
        case .starting, .running: inspect.running = true
        case .exited(let code): inspect.exitCode = Int(code)
        }
        inspect.pid = Int(lastPID)
        let arguments = request.cmd?.list ?? []
        inspect.processConfig.tty = request.tty
        inspect.processConfig.entrypoint = arguments.first ?? ""
        inspect.processConfig.arguments = Array(arguments.dropFirst())
        inspect.processConfig.privileged = request.privileged
        inspect.processConfig.user = user
        inspect.openStdin = request.attachStdin
        inspect.openStdout = request.attachStdout
        inspect.openStderr = request.attachStderr
        return inspect
    }
}
