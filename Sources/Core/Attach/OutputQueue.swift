package import Faults
import NIOCore
import Synchronization

/// Output on its way from one or more descriptors to one reader, in order of arrival.
///
/// Nothing is read from a descriptor until the reader asks: `demand` is called when the reader waits, and each source then
/// reads up to `StreamLimits.readsPerDemand` pieces. That bounds the queue, and a program whose output nobody reads waits
/// on its full pipe.
package final class OutputQueue: Sendable {
    private struct State {
        var chunks: [OutputChunk] = []
        var first = 0
        var sources: Int
        var reader: CheckedContinuation<OutputChunk?, Never>?
        var closed = false
    }
    private let state: Mutex<State>

    /// - Parameter sources: how many `sourceEnded` calls make the end.
    package init(sources: Int) { state = Mutex(State(sources: sources)) }

    package var waiting: Int { state.withLock { $0.chunks.count - $0.first } }

    package func push(_ chunk: OutputChunk) {
        let reader = state.withLock { state -> CheckedContinuation<OutputChunk?, Never>? in
            if state.closed { return nil }
            guard let reader = state.reader else {
                state.chunks.append(chunk)
                return nil
            }
            state.reader = nil
            return reader
        }
        reader?.resume(returning: chunk)
    }

    package func sourceEnded() { end { $0.sources -= 1 } }

    /// Ends the queue at once; what was not read is dropped.
    package func close() {
        end { state in
            state.closed = true
            state.chunks = []
            state.first = 0
        }
    }

    private func end(_ change: (inout State) -> Void) {
        let reader = state.withLock { state -> CheckedContinuation<OutputChunk?, Never>? in
            change(&state)
            guard state.sources <= 0 || state.closed else { return nil }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    private enum Turn { case chunk(OutputChunk), end, wait }

    /// One reader at a time.
    /// - Returns: nil at the end.
    /// - Throws: `.cancelled` when the reading task is cancelled; nothing is lost then.
    package func next(demand: () -> Void) async throws(OxbowError) -> OutputChunk? {
        switch take() {
        case .chunk(let chunk): return chunk
        case .end: return nil
        case .wait: break
        }
        let chunk = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<OutputChunk?, Never>) in
                let answer = state.withLock { state -> OutputChunk?? in
                    if state.first < state.chunks.count { return .some(Self.pop(&state)) }
                    if state.sources <= 0 || state.closed || Task.isCancelled { return .some(nil) }
                    state.reader = continuation
                    return .none
                }
                if let answer { continuation.resume(returning: answer) } else { demand() }
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(returning: nil)
        }
        if chunk == nil, Task.isCancelled { throw OxbowError(.cancelled, "output: cancelled") }
        return chunk
    }

    private func take() -> Turn {
        state.withLock { state in
            if state.first < state.chunks.count { return .chunk(Self.pop(&state)) }
            return state.sources <= 0 || state.closed ? .end : .wait
        }
    }

    private static func pop(_ state: inout State) -> OutputChunk {
        let chunk = state.chunks[state.first]
        state.first += 1
        if state.first == state.chunks.count {
            state.chunks.removeAll(keepingCapacity: true)
            state.first = 0
        }
        return chunk
    }
}
