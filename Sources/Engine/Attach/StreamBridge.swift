import Core
import DockerAPI
import NIOCore

/// Carries a process's streams to a client and back until the output ends, the user leaves, or the client is gone.
struct StreamBridge: Sendable {
    var stdin: Bool
    var stdout: Bool
    var stderr: Bool
    /// Raw output instead of frames.
    var isTerminal: Bool
    /// The process's input ends with the client's.
    var closesInput: Bool
    /// nil: nothing the user types leaves the stream.
    var detachKeys: DetachKeys?

    enum End: Equatable, Sendable { case output, detached, clientGone }

    /// - Returns: why it ended. The process's streams are let go of, the client's are left open.
    func run(_ process: ProcessStreams, _ client: ClientStream) async -> End {
        let end = await withTaskGroup(of: End?.self) { group in
            group.addTask { await carryOutput(process, client) }
            if stdin { group.addTask { await carryInput(process, client) } }
            // The input's own end (nil) ends nothing: a client that says no more still listens.
            for await end in group {
                guard let end else { continue }
                group.cancelAll()
                return end
            }
            return .output
        }
        await process.close()
        return end
    }

    private func carryOutput(_ process: ProcessStreams, _ client: ClientStream) async -> End {
        while true {
            // A process whose streams break has said all that can be heard.
            guard let chunk = try? await process.next() else { return .output }
            guard chunk.stream == .stderr ? stderr : stdout else { continue }
            let bytes =
                isTerminal ? chunk.bytes : StreamFrame(chunk.stream == .stderr ? .stderr : .stdout, chunk.bytes).bytes
            do { try await client.write(bytes) } catch { return .clientGone }
        }
    }

    private func carryInput(_ process: ProcessStreams, _ client: ClientStream) async -> End? {
        var keys = detachKeys
        while let bytes = try? await client.read() {
            let (passed, left) = keys?.receive(bytes) ?? (bytes, false)
            if passed.readableBytes > 0 {
                // The process closed its input: what the client sends further goes nowhere, as in a shell's pipe.
                guard (try? await process.write(passed)) != nil else { return nil }
            }
            if left { return .detached }
        }
        if closesInput { await process.closeInput() }
        return nil
    }
}
