package import CRIStreaming
import DockerAPI
package import Faults
import NIOCore

/// What the streaming server asks of the bridge, when a client has come.
extension Dockershim: StreamingRuntime {
    package func exec(_ request: ExecStreamRequest) async throws(OxbowError) -> RemoteProcess {
        try await reporting {
            if era.inspectsBeforeExec { _ = try await requireRunning(request.container) }
            var body = ExecCreateRequest()
            body.attachStdin = request.streams.stdin
            body.attachStdout = request.streams.stdout
            body.attachStderr = request.streams.stderr
            body.tty = request.streams.terminal
            body.cmd = Words(request.command)
            let exec = try await docker.createExec(request.container, body)
            let connection = try await docker.startExec(
                exec, ExecStartRequest(detach: false, tty: request.streams.terminal))
            let streams = HijackedStreams(connection, isTerminal: request.streams.terminal, tally: docker.tally)
            return RemoteProcess(
                next: { () async throws(OxbowError) in try await streams.next() },
                write: { bytes async throws(OxbowError) in try await streams.write(bytes) },
                closeInput: { await connection.finishWriting() },
                resize: { size async throws(OxbowError) in
                    try await self.reporting {
                        try await self.docker.resizeExec(exec, width: size.width, height: size.height)
                    }
                },
                exit: { () async throws(OxbowError) in
                    Int32(truncatingIfNeeded: try await self.reporting { try await self.exitCode(of: exec) })
                },
                close: { await connection.close() },
                abandon: { grace in
                    await connection.finishWriting()
                    await connection.close()
                    guard !self.era.leavesCommandsOfGoneClients else { return }
                    let code = await Patience.within(grace) { try? await self.exitCode(of: exec) }
                    if code == nil { await self.kill(exec, in: request.container) }
                })
        }
    }

    package func attach(_ request: AttachStreamRequest) async throws(OxbowError) -> RemoteProcess {
        try await reporting {
            let container = request.container
            let isTerminal = try await requireRunning(container).config.tty
            let wanted = request.streams
            let connection = try await docker.attach(
                container, stdin: wanted.stdin, stdout: wanted.stdout, stderr: wanted.stderr)
            let streams = HijackedStreams(connection, isTerminal: isTerminal, tally: docker.tally)
            return RemoteProcess(
                next: { () async throws(OxbowError) in try await streams.next() },
                write: { bytes async throws(OxbowError) in try await streams.write(bytes) },
                closeInput: { await connection.finishWriting() },
                resize: { size async throws(OxbowError) in
                    try await self.reporting {
                        try await self.docker.resize(container, width: size.width, height: size.height)
                    }
                },
                exit: { nil }, close: { await connection.close() }, abandon: { _ in await connection.close() })
        }
    }

    package func networkNamespace(of sandbox: String) async throws(OxbowError) -> String {
        try await reporting {
            let pid = try await requireRunning(sandbox).state.pid
            guard pid > 0 else { throw BridgeFailure(.wrongState, "pod sandbox: has no process (\(sandbox))") }
            return "/proc/\(pid)/ns/net"
        }
    }

    package func words(forExitCode code: Int32) -> String { era.exitCodePrefix + "\(code)" }

    private func reporting<Value>(_ body: () async throws -> Value) async throws(OxbowError) -> Value {
        do { return try await body() } catch { throw BridgeFailure(describing: error).reported }
    }
}
