import Core
import Faults
import NIOCore
import Synchronization

/// One attached client of a fake process: output is queued until it is read, input is kept.
final class FakeStreams: Sendable {
    private struct State {
        var chunks: [OutputChunk] = []
        var ended = false
        var written = ""
        var inputClosed = false
        var reader: CheckedContinuation<OutputChunk?, Never>?
    }
    private let state = Mutex(State())
    private let onInput: @Sendable (FakeStreams, ByteBuffer?) -> Void

    /// - Parameter onInput: what was written; nil when the input was closed.
    init(onInput: @escaping @Sendable (FakeStreams, ByteBuffer?) -> Void = { _, _ in }) { self.onInput = onInput }

    var written: String { state.withLock { $0.written } }

    func push(_ chunk: OutputChunk) {
        let reader = state.withLock { state -> CheckedContinuation<OutputChunk?, Never>? in
            if state.ended { return nil }
            guard let reader = state.reader else {
                state.chunks.append(chunk)
                return nil
            }
            state.reader = nil
            return reader
        }
        reader?.resume(returning: chunk)
    }

    func end() {
        let reader = state.withLock { state -> CheckedContinuation<OutputChunk?, Never>? in
            state.ended = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    private func next() async -> OutputChunk? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<OutputChunk?, Never>) in
                let answer = state.withLock { state -> OutputChunk?? in
                    if !state.chunks.isEmpty { return .some(state.chunks.removeFirst()) }
                    if state.ended || Task.isCancelled { return .some(nil) }
                    state.reader = continuation
                    return .none
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            end()
        }
    }

    var streams: ProcessStreams {
        ProcessStreams(
            next: { await self.next() },
            write: { bytes throws(OxbowError) in
                let closed = self.state.withLock { state in
                    if !state.inputClosed { state.written += String(buffer: bytes) }
                    return state.inputClosed
                }
                if closed { throw OxbowError(.wrongState, "input: closed") }
                self.onInput(self, bytes)
            },
            closeInput: {
                let first = self.state.withLock { state in
                    defer { state.inputClosed = true }
                    return !state.inputClosed
                }
                if first { self.onInput(self, nil) }
            },
            close: { self.end() })
    }
}
