package import CRI
package import CRIServer
import Core
package import Faults
import NIOCore

extension DirectCRI {
    /// Bytes kept of each output stream; a command that prints more is killed and the call fails.
    static let execOutputLimit = 16 << 20

    /// Runs a command to its end. A timeout kills it and answers DEADLINE_EXCEEDED; an exit code is never an error.
    package func execSync(
        _ request: ExecSyncRequest, _ context: CallContext
    ) async throws(OxbowError) -> ExecSyncResponse {
        let container = try await requireContainer(request.containerId)
        guard container.record.state == .running else {
            throw OxbowError(.wrongState, "container: not running (\(container.record.id))")
        }
        let process = try await core.exec(container.record.id, ExecSpec(arguments: request.cmd))
        guard request.timeout > 0 else { return try await collect(process) }
        return try await collect(process, within: .seconds(request.timeout))
    }

    private enum Finish: Sendable {
        case answered(ExecSyncResponse)
        case failed(OxbowError)
        case timedOut
    }

    private func collect(_ process: ExecProcess, within timeout: Duration) async throws(OxbowError) -> ExecSyncResponse
    {
        let first = await withTaskGroup(of: Finish.self) { group in
            group.addTask {
                do throws(OxbowError) {
                    return .answered(try await self.collect(process))
                } catch {
                    return .failed(error)
                }
            }
            group.addTask {
                do {
                    try await Task.sleep(for: timeout)
                    await process.kill()
                    return .timedOut
                } catch {
                    return .failed(OxbowError(.cancelled, "exec: withdrawn"))
                }
            }
            let first = await group.next() ?? .timedOut
            group.cancelAll()
            return first
        }
        switch first {
        case .answered(let response): return response
        case .failed(let error): throw error
        case .timedOut: throw OxbowError(.tooLate, "exec: no end within \(timeout), killed")
        }
    }

    private func collect(_ process: ExecProcess) async throws(OxbowError) -> ExecSyncResponse {
        var response = ExecSyncResponse()
        while let chunk = try await process.streams.next() {
            switch chunk.stream {
            case .stdout: response.stdout.append(contentsOf: chunk.bytes.readableBytesView)
            case .stderr: response.stderr.append(contentsOf: chunk.bytes.readableBytesView)
            }
            if max(response.stdout.count, response.stderr.count) > Self.execOutputLimit {
                await process.kill()
                throw OxbowError(.tooLarge, "exec: more than \(Self.execOutputLimit) bytes of output, killed")
            }
        }
        response.exitCode = await process.exit()
        return response
    }
}
