package import CRI
package import CRIServer
import Core
package import Faults
import NIOCore

extension DirectCRI {
    /// Runs a command to its end. A timeout kills it and answers DEADLINE_EXCEEDED; an exit code is never an error, and output
    /// past `ExecSyncOutput.limit` is dropped.
    package func execSync(
        _ request: ExecSyncRequest, _ context: CallContext
    ) async throws(OxbowError) -> ExecSyncResponse {
        let container = try await requireRunning(request.containerId)
        let process = try await core.exec(container.record.id, ExecSpec(arguments: request.cmd))
        do throws(OxbowError) {
            let response =
                request.timeout > 0
                ? try await collect(process, within: .seconds(request.timeout)) : try await collect(process)
            await process.streams.close()
            return response
        } catch {
            // A client that has gone leaves nothing running either.
            await process.kill()
            await process.streams.close()
            throw error
        }
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
        var output = ExecSyncOutput()
        while let chunk = try await process.streams.next() {
            switch chunk.stream {
            case .stdout: output.stdout(chunk.bytes)
            case .stderr: output.stderr(chunk.bytes)
            }
        }
        return ExecSyncResponse(stdout: output.stdout, stderr: output.stderr, exitCode: await process.exit())
    }
}
