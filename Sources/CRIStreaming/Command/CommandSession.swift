import Faults
import Logging
import NIOCore

/// One command or attachment with its client, from the moment that all streams are there.
struct CommandSession: Sendable {
    enum Kind: String, Sendable {
        case exec = "error executing command in container"
        case attach = "error attaching to container"
    }
    let kind: Kind
    let runtime: any StreamingRuntime
    let limits: StreamingLimits
    let logger: Logger
    /// Runs what must outlive the connection.
    let afterwards: @Sendable (@escaping @Sendable () async -> Void) -> Void

    private enum Outcome: Sendable { case ended, clientGone, failed(OxbowError) }

    /// Returns when the client knows the end, or is gone. A cancelled task means a client that is gone.
    func run(_ client: CommandClient, begin: () async throws(OxbowError) -> RemoteProcess) async {
        let process: RemoteProcess
        do throws(OxbowError) { process = try await begin() } catch {
            logger.info("stream failed", metadata: ["error": "\(error)"])
            return await conclude(client, .failure("\(kind.rawValue): \(error.message)"))
        }
        switch await converse(process, client) {
        case .ended:
            do throws(OxbowError) {
                let code = try await process.exit() ?? 0
                guard !Task.isCancelled else { return leave(process) }
                await conclude(
                    client, code == 0 ? .success : .exitCode(code, words: runtime.words(forExitCode: code)))
            } catch {
                if error.kind == .cancelled { return leave(process) }
                await conclude(client, .failure("\(kind.rawValue): \(error.message)"))
            }
            await process.close()
        case .failed(let error):
            await conclude(client, .failure("\(kind.rawValue): \(error.message)"))
            leave(process)
        case .clientGone: leave(process)
        }
    }

    private func leave(_ process: RemoteProcess) {
        let grace = limits.goneGrace
        logger.debug("a client has gone before the end", metadata: ["stream": "\(kind)"])
        afterwards { await process.abandon(grace) }
    }

    private func conclude(_ client: CommandClient, _ end: CommandEnd) async {
        do { try await client.conclude(end.message(for: client.version)) } catch {
            logger.debug("a client did not wait for the end", metadata: ["error": "\(error)"])
        }
    }

    private func converse(_ process: RemoteProcess, _ client: CommandClient) async -> Outcome {
        await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await carryOutput(process, client) }
            if let input = client.input { group.addTask { await carryInput(input, process) } }
            if let resize = client.resize { group.addTask { await carrySizes(resize, process) } }
            // The input's own end (nil) ends nothing: a client that says no more still listens.
            for await outcome in group {
                guard let outcome else { continue }
                group.cancelAll()
                return outcome
            }
            return .ended
        }
    }

    private func carryOutput(_ process: RemoteProcess, _ client: CommandClient) async -> Outcome {
        do throws(OxbowError) {
            while let piece = try await process.next() {
                do { try await client.write(piece) } catch { return .clientGone }
            }
            return .ended
        } catch {
            return error.kind == .cancelled ? .clientGone : .failed(error)
        }
    }

    private func carryInput(_ input: @Sendable () async -> ByteBuffer?, _ process: RemoteProcess) async -> Outcome? {
        while let bytes = await input() {
            do throws(OxbowError) { try await process.write(bytes) } catch {
                // The program has closed its input: what comes further goes nowhere, as in a shell's pipe.
                while await input() != nil {}
                return nil
            }
        }
        if !Task.isCancelled { await process.closeInput() }
        return nil
    }

    private func carrySizes(_ resize: @Sendable () async -> ByteBuffer?, _ process: RemoteProcess) async -> Outcome? {
        var reader = SizeReader(limit: limits.resizeBytes)
        while let bytes = await resize() {
            for size in reader.receive(bytes) {
                do throws(OxbowError) { try await process.resize(size) } catch {
                    logger.debug("a terminal kept its size", metadata: ["error": "\(error)"])
                }
            }
        }
        return nil
    }
}
