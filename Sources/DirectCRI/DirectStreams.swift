import CRI
package import CRIStreaming
import Core
package import Faults

/// What the streaming server asks of the direct path, when a client has come.
extension DirectCRI: StreamingRuntime {
    package func exec(_ request: ExecStreamRequest) async throws(OxbowError) -> RemoteProcess {
        let container = try await requireRunning(request.container)
        let spec = ExecSpec(
            arguments: request.command, terminal: request.streams.terminal, input: request.streams.stdin)
        return RemoteProcess(try await core.exec(container.record.id, spec))
    }

    package func attach(_ request: AttachStreamRequest) async throws(OxbowError) -> RemoteProcess {
        let container = try await requireRunning(request.container)
        let (id, process) = (container.record.id, container.record.spec.process)
        let takesInput = request.streams.stdin && (process.openStdin || process.terminal)
        let streams = try await core.attach(id, input: takesInput)
        let core = core
        return RemoteProcess(
            next: { () async throws(OxbowError) in try await streams.next().map(RemoteProcess.Piece.init) },
            write: { bytes async throws(OxbowError) in
                guard takesInput else { throw OxbowError(.badRequest, "container: its input is not open (\(id))") }
                try await streams.write(bytes)
            },
            // Input that is to outlive its clients stays open.
            closeInput: { if takesInput, process.stdinOnce { await streams.closeInput() } },
            resize: { size async throws(OxbowError) in
                try await core.resizeTerminal(id, width: size.width, height: size.height)
            },
            exit: { nil }, close: { await streams.close() }, abandon: { _ in await streams.close() })
    }

    package func networkNamespace(of sandbox: String) async throws(OxbowError) -> String {
        let found = try await requireSandbox(sandbox)
        guard found.isReady, found.record.pid > 0 else {
            throw OxbowError(.wrongState, "pod sandbox: not ready (\(found.record.id))")
        }
        return "/proc/\(found.record.pid)/ns/net"
    }
}

extension RemoteProcess.Piece {
    fileprivate init(_ chunk: OutputChunk) {
        self.init(chunk.stream == .stderr ? .stderr : .stdout, chunk.bytes)
    }
}

extension RemoteProcess {
    fileprivate init(_ process: ExecProcess) {
        let streams = process.streams
        self.init(
            next: { () async throws(OxbowError) in try await streams.next().map(Piece.init) },
            write: { bytes async throws(OxbowError) in try await streams.write(bytes) },
            closeInput: { await streams.closeInput() },
            resize: { size async throws(OxbowError) in
                do { try await process.resize(size.width, size.height) } catch {
                    throw OxbowError(.ours, "terminal: keeps its size", origin: error)
                }
            },
            exit: { await process.exit() }, close: { await streams.close() },
            abandon: { grace in
                await streams.closeInput()
                await streams.close()
                if await Patience.within(grace, { await process.exit() }) == nil { await process.kill() }
            })
    }
}
