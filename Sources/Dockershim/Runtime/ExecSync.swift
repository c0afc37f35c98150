import Logging
package import CRI
package import CRIServer
import DockerAPI
package import Faults
import NIOCore

extension Dockershim {
    /// Runs a command to its end. Its exit code is an answer, whatever it is; only a command that cannot be run, or does not
    /// end in time, is an error.
    package func execSync(
        _ request: ExecSyncRequest, _ context: CallContext
    ) async throws(OxbowError) -> ExecSyncResponse {
        try await serve(context) {
            let container = request.containerId
            if era.inspectsBeforeExec, try await !docker.inspect(container).state.running {
                throw BridgeFailure(.wrongState, "container not running (\(container))")
            }
            var body = ExecCreateRequest()
            body.attachStdout = true
            body.attachStderr = true
            body.cmd = Words(request.cmd)
            let exec: String
            do throws(DockerFailure) {
                exec = try await docker.createExec(container, body)
            } catch {
                throw BridgeFailure("failed to exec in container - Exec setup failed -", error)
            }
            return try await finish(exec, in: container, within: request.timeout)
        }
    }

    /// - Parameter timeout: seconds from now; 0 or less: no limit.
    private func finish(_ exec: String, in container: String, within timeout: Int64) async throws -> ExecSyncResponse {
        guard timeout > 0 else { return try await output(of: exec) }
        return try await withThrowingTaskGroup(of: ExecSyncResponse?.self) { group in
            group.addTask { try await self.output(of: exec) }
            group.addTask {
                try await self.clock.sleep(.seconds(timeout))
                return nil
            }
            defer { group.cancelAll() }
            if let first = try await group.next(), let answer = first { return answer }
            if !era.leavesCommandsRunning { await kill(exec, in: container) }
            var failure = BridgeFailure(.tooLate, "command timed out: context deadline exceeded (\(timeout) s)")
            failure.isToldByCode = true
            throw failure
        }
    }

    private func output(of exec: String) async throws -> ExecSyncResponse {
        var output = ExecOutput(era: era)
        try await docker.runExec(exec, ExecStartRequest(detach: false, tty: false)) { frame throws(DockerFailure) in
            try output.receive(frame)
        }
        let code = try await exitCode(of: exec)
        return ExecSyncResponse(
            stdout: output.stdout, stderr: output.stderr, exitCode: Int32(truncatingIfNeeded: code))
    }

    /// The daemon closes the stream a little before it knows the exit code, or long before, when the command closed its
    /// output and goes on.
    func exitCode(of exec: String) async throws -> Int {
        var wait = ExecPolling(era: era)
        while true {
            let told = try await docker.inspectExec(exec)
            guard told.running else { return told.exitCode ?? 0 }
            guard let pause = wait.next() else {
                log.error("exec still runs, exit code is guessed", metadata: ["exec": "\(exec)"])
                return told.exitCode ?? 0
            }
            try await clock.sleep(pause)
        }
    }

    /// Docker offers no call for it, so the process is found by its pid on this host, which bridge and daemon share.
    func kill(_ exec: String, in container: String) async {
        do {
            let told = try await docker.inspectExec(exec)
            guard told.running else { return }
            try await killCommand(told.pid, container)
        } catch {
            log.warning("a command that timed out was not killed", metadata: ["exec": "\(exec)", "error": "\(error)"])
        }
    }
}

/// How long to wait before each further look at an exec whose output has ended.
struct ExecPolling {
    private var looks = 0
    private let guesses: Bool

    init(era: Era) { guesses = era.guessesExitCodes }

    static let oldPeriod = Duration.seconds(2)
    static let oldLooks = 5
    static let longestPause = Duration.seconds(1)

    /// nil: enough looked. 10, 20, 40 … milliseconds up to a second; every two seconds in 1.20.
    mutating func next() -> Duration? {
        looks += 1
        if guesses { return looks < Self.oldLooks ? Self.oldPeriod : nil }
        return min(.milliseconds(10 << min(looks - 1, 10)), Self.longestPause)
    }
}

/// What a command wrote, within limits.
struct ExecOutput {
    private(set) var stdout: [UInt8] = []
    private(set) var stderr: [UInt8] = []
    private let failsWhenFull: Bool

    init(era: Era) { failsWhenFull = era.failsOnLongOutput }

    /// Bytes of one stream in 1.20.
    static let oldLimit = 16 << 20
    static let limit = ExecSyncOutput.limit

    /// - Throws: `.malformed` for the daemon's own words on why the stream fails, and, in 1.20, for output past the limit.
    mutating func receive(_ frame: StreamFrame) throws(DockerFailure) {
        guard frame.stream != .systemError else { throw .malformed(String(buffer: frame.payload)) }
        var bytes = frame.payload.readableBytesView[...]
        if failsWhenFull {
            let count = frame.stream == .stderr ? stderr.count : stdout.count
            guard count + bytes.count <= Self.oldLimit else { throw .malformed("short write") }
        } else {
            bytes = bytes.prefix(Self.limit - stdout.count - stderr.count)
        }
        if frame.stream == .stderr { stderr += bytes } else { stdout += bytes }
    }
}
