package import Faults
import Synchronization

/// One queue of requests for each key: what is run under one key runs one at a time, in the order of arrival.
///
/// Nothing is locked while a request runs, and a key without requests costs nothing. A request whose task is cancelled
/// while it waits leaves the queue.
package final class SerialQueues: Sendable {
    /// Requests that may wait under one key; past it a request is refused.
    package static let backlog = 256

    private struct Waiter {
        let ticket: UInt64
        /// True: your turn; false: cancelled.
        let continuation: CheckedContinuation<Bool, Never>
    }
    private struct State {
        /// A key is busy as long as it is here.
        var queues: [String: [Waiter]] = [:]
        var tickets: UInt64 = 0
    }
    private let state = Mutex(State())

    package init() {}

    /// Runs `body` when every earlier request under `key` has ended.
    /// - Throws: what `body` throws; `.cancelled` when the task was cancelled while waiting; `.runtimeDown` past `backlog`.
    package func run<T: Sendable>(
        _ key: String, _ body: () async throws(OxbowError) -> T
    ) async throws(OxbowError) -> T {
        try await enter(key)
        defer { leave(key) }
        return try await body()
    }

    package var busyKeys: Int { state.withLock { $0.queues.count } }

    private enum Entry { case now, full, wait(UInt64) }

    private func enter(_ key: String) async throws(OxbowError) {
        let entry = state.withLock { state -> Entry in
            guard let queue = state.queues[key] else {
                state.queues[key] = []
                return .now
            }
            if queue.count >= Self.backlog { return .full }
            state.tickets += 1
            return .wait(state.tickets)
        }
        switch entry {
        case .now: return
        case .full: throw OxbowError(.runtimeDown, "container: too many requests wait for it (\(Self.backlog))")
        case .wait(let ticket):
            guard await turn(key, ticket) else { throw OxbowError(.cancelled, "request: cancelled while waiting") }
        }
    }

    private func turn(_ key: String, _ ticket: UInt64) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    // The queue may have emptied between asking and waiting, or the cancellation may have come first.
                    guard state.queues[key] != nil else {
                        state.queues[key] = []
                        return true
                    }
                    if Task.isCancelled { return false }
                    state.queues[key]?.append(Waiter(ticket: ticket, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.queues[key]?.firstIndex(where: { $0.ticket == ticket }) else { return nil }
                return state.queues[key]?.remove(at: index)
            }
            waiter?.continuation.resume(returning: false)
        }
    }

    private func leave(_ key: String) {
        let next = state.withLock { state -> Waiter? in
            guard let queue = state.queues[key], !queue.isEmpty else {
                state.queues[key] = nil
                return nil
            }
            return state.queues[key]?.removeFirst()
        }
        next?.continuation.resume(returning: true)
    }
}
