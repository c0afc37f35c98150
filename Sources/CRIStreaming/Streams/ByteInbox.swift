import NIOCore
import Synchronization

/// Bytes on their way from a connection to the one task that reads a stream of it, up to a limit.
///
/// Out of turn: bytes after the end, or for a reader that has left, are the peer's waste and dropped.
final class ByteInbox: Sendable {
    private struct State {
        var bytes = ByteBuffer()
        var hasEnded = false
        var isClosed = false
        var reader: CheckedContinuation<ByteBuffer?, Never>?
        var writer: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var waiting: Int { state.withLock { $0.bytes.readableBytes } }

    /// Returns when there is room for more, or nobody will ever read it, or the task is cancelled. One writer at a time.
    func put(_ bytes: ByteBuffer) async {
        guard bytes.readableBytes > 0, !add(bytes) else { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { task in
                let isDone = state.withLock { state in
                    let isDone = state.isClosed || state.bytes.readableBytes < limit || Task.isCancelled
                    if !isDone { state.writer = task }
                    return isDone
                }
                if isDone { task.resume() }
            }
        } onCancel: {
            takeWriter()?.resume()
        }
    }

    /// - Returns: whether more may follow at once.
    private func add(_ bytes: ByteBuffer) -> Bool {
        var bytes = bytes
        let (reader, isOpen) = state.withLock { state -> (CheckedContinuation<ByteBuffer?, Never>?, Bool) in
            guard !state.hasEnded, !state.isClosed else { return (nil, true) }
            if let reader = state.reader {
                state.reader = nil
                return (reader, true)
            }
            // Never a list of slices: a slice of one byte keeps all of the read that brought it.
            if state.bytes.readableBytes == 0 { state.bytes = bytes } else { state.bytes.writeBuffer(&bytes) }
            return (nil, state.bytes.readableBytes < limit)
        }
        reader?.resume(returning: bytes)
        return isOpen
    }

    /// No more bytes will come.
    func end() {
        let reader = state.withLock { state -> CheckedContinuation<ByteBuffer?, Never>? in
            state.hasEnded = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// Nobody will read any more.
    func close() {
        let (reader, writer) = state.withLock { state in
            state.isClosed = true
            state.bytes = ByteBuffer()
            defer { (state.reader, state.writer) = (nil, nil) }
            return (state.reader, state.writer)
        }
        reader?.resume(returning: nil)
        writer?.resume()
    }

    /// All bytes that are there. One reader at a time.
    /// - Returns: nil at the end, and when the task is cancelled.
    func next() async -> ByteBuffer? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { task in
                let (answer, writer) = state.withLock { state -> (ByteBuffer??, CheckedContinuation<Void, Never>?) in
                    if state.bytes.readableBytes > 0 {
                        defer { (state.bytes, state.writer) = (ByteBuffer(), nil) }
                        return (.some(state.bytes), state.writer)
                    }
                    if state.hasEnded || state.isClosed || Task.isCancelled { return (.some(nil), nil) }
                    state.reader = task
                    return (nil, nil)
                }
                writer?.resume()
                if let answer { task.resume(returning: answer) }
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(returning: nil)
        }
    }

    private func takeWriter() -> CheckedContinuation<Void, Never>? {
        state.withLock { state in
            defer { state.writer = nil }
            return state.writer
        }
    }
}
