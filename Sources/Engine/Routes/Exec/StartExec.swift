import Core
import DockerAPI
import Faults
import HTTPServer
import NIOCore
import NIOHTTP1

extension Engine {
    /// How long the answer waits, after the output has ended, for the exit code to be known: clients ask for it next,
    /// and dockershim asks again only after two seconds.
    static let exitPatience = Duration.seconds(2)

    /// `POST /exec/{id}/start`: detached at once, otherwise over the hijacked connection.
    @Sendable func startExec(_ call: Call) async throws -> ServerResponse {
        let request = try await call.body(ExecStartRequest.self) ?? ExecStartRequest()
        let session = try exec(of: call)
        let record = try await container(session.containerID)
        guard record.state == .running else {
            throw OxbowError(.wrongState, "Container \(record.id) is not running")
        }
        guard execs.startRequested(session.id) == .spawn else {
            throw OxbowError(.wrongState, "Error: Exec command \(session.id) has already run")
        }
        if request.detach {
            try await spawn(session, record, request, call.version)
            return Answer.empty(.ok)
        }
        return Hijack.answer(call, isTerminal: request.tty) { client in
            do {
                let process = try await spawn(session, record, request, call.version)
                await converse(session, process, client, isTerminal: request.tty)
            } catch {
                // The head is gone: the reason goes where the output would.
                let text = ByteBuffer(string: Self.words(of: error) + "\r\n")
                try await client.write(request.tty ? text : StreamFrame(.stdout, text).bytes)
            }
            try await client.finish()
        }
    }

    private func converse(
        _ session: ExecSession, _ process: ExecProcess, _ client: ClientStream, isTerminal: Bool
    ) async {
        let bridge = StreamBridge(
            stdin: session.request.attachStdin, stdout: session.request.attachStdout,
            stderr: session.request.attachStderr, isTerminal: isTerminal, closesInput: true,
            // Checked when the exec was made.
            detachKeys: isTerminal ? try? DetachKeys(session.request.detachKeys) : nil)
        if await bridge.run(process.streams, client) == .output {
            _ = await Deadline.within(Self.exitPatience) { await execs.exit(session.id) }
        }
    }

    /// Runs the program; its end is watched whether or not a client stays.
    /// - Throws: `Refusal` when it cannot be run; the exec has ended with 126 or 127 then.
    @discardableResult
    private func spawn(
        _ session: ExecSession, _ record: ContainerRecord, _ request: ExecStartRequest, _ version: APIVersion
    ) async throws -> ExecProcess {
        let document = documents.document(of: record)
        let asked = session.request
        let command = asked.cmd?.list ?? []
        var environment = record.spec.process.environment
        if asked.tty { environment.append("TERM=xterm") }
        let spec = ExecSpec(
            arguments: command, environment: Self.overlaid(environment, asked.env ?? []),
            workingDirectory: asked.workingDir.isEmpty ? record.spec.process.workingDirectory : asked.workingDir,
            user: asked.user.isEmpty ? nil : .text(asked.user), terminal: asked.tty, privileged: asked.privileged,
            input: asked.attachStdin)
        let process: ExecProcess
        do {
            process = try await core.exec(record.id, spec)
        } catch {
            let failure = StartFailure(error.message)
            let code: Int32 = failure.exitCode == 127 ? 127 : 126
            execs.ended(session.id, code: code, at: now)
            let words = failure.message.replacing(StartFailure.prefix, with: "OCI runtime exec failed: ")
            throw Refusal(error.kind == .wrongState ? .conflict : .badRequest, words)
        }
        execs.started(session.id, process)
        events.record(
            .container(
                "exec_start: " + ContainerSummary.line(command), record, document, at: now,
                attributes: ["execID": session.id]))
        work.add {
            let code = await process.exit()
            execs.ended(session.id, code: code, at: now)
            events.record(
                .container(
                    "exec_die", record, document, at: now,
                    attributes: ["execID": session.id, "exitCode": "\(code)"]))
        }
        // From 1.42 the first size comes with the request, so that the program never sees a terminal without one.
        if asked.tty, version >= .v1_42, let size = request.consoleSize ?? asked.consoleSize, size.count == 2 {
            try? await process.resize(UInt16(clamping: size[1]), UInt16(clamping: size[0]))
        }
        // Nobody listens to a detached program.
        if request.detach { await process.streams.close() }
        return process
    }

    /// `K=V` entries of `added` over those of `base`.
    static func overlaid(_ base: [String], _ added: [String]) -> [String] {
        let names = Set(added.map { $0.prefix { $0 != "=" } })
        return base.filter { !names.contains($0.prefix { $0 != "=" }) } + added.filter { $0.contains("=") }
    }

    private static func words(of error: any Error) -> String {
        switch error {
        case let error as Refusal: error.message
        case let error as OxbowError: error.message
        default: "exec: cannot be started"
        }
    }

    /// - Throws: `.missing` `No such exec instance: x`
    func exec(of call: Call) throws(OxbowError) -> ExecSession {
        let id = call[parameter: "id"]
        guard let session = execs.session(id) else { throw OxbowError(.missing, "No such exec instance: \(id)") }
        return session
    }
}
