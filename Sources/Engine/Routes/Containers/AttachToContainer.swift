import Core
import DockerAPI
import Faults
import HTTPServer

extension Engine {
    /// `POST /containers/{id}/attach`: a container that was not started yet is waited for, so that nothing of what it
    /// says is lost.
    @Sendable func attachToContainer(_ call: Call) async throws -> ServerResponse {
        let record = try await container(of: call)
        let isTerminal = record.spec.process.terminal
        let wantsInput = call.flag("stdin") && record.spec.process.openStdin
        let bridge = StreamBridge(
            stdin: wantsInput, stdout: call.flag("stdout"), stderr: call.flag("stderr"), isTerminal: isTerminal,
            closesInput: record.spec.process.stdinOnce,
            // Only a terminal has a user who leaves by keys; other input is data.
            detachKeys: isTerminal ? try DetachKeys(call.text("detachKeys") ?? "") : nil)
        let (wantsStream, wantsLogs) = (call.flag("stream"), call.flag("logs"))
        let waiter =
            wantsStream && record.state != .running ? try attaches.register(record.id, input: wantsInput) : nil
        let document = documents.document(of: record)
        events.record(.container("attach", record, document, at: now))

        return Hijack.answer(call, isTerminal: isTerminal) { client in
            if wantsLogs {
                let request = LogRequest(stdout: bridge.stdout, stderr: bridge.stderr, isTerminal: isTerminal)
                try await logReader(record, request)?.run { try await client.write($0) }
            }
            if wantsStream, let streams = try await streams(of: record, waiter, input: wantsInput) {
                if await bridge.run(streams, client) == .detached {
                    events.record(.container("detach", record, document, at: now))
                }
            }
            try await client.finish()
        }
    }

    /// nil when the container does not start after all.
    private func streams(
        of record: ContainerRecord, _ waiter: AttachTable.Waiter?, input: Bool
    ) async throws -> ProcessStreams? {
        guard let waiter else { return try await core.attach(record.id, input: input) }
        defer { attaches.withdraw(record.id, waiter) }
        return await waiter.streams.wait() ?? nil
    }
}
