package import NIOCore
import Synchronization

/// Tasks that wait for something to happen on an event loop. Lives on that loop.
package struct WaitingTasks<Outcome: Sendable> {
    private var waiting: [(id: WaitID, CheckedContinuation<Outcome, Never>)] = []
    /// Waits whose task was cancelled before they began.
    private var stopped: Set<WaitID> = []

    package init() {}
    package var isEmpty: Bool { waiting.isEmpty }

    /// - Parameter cancelled: what the task gets when it was cancelled already.
    package mutating func add(_ id: WaitID, _ task: CheckedContinuation<Outcome, Never>, cancelled: Outcome) {
        if stopped.remove(id) == nil {
            waiting.append((id, task))
        } else {
            task.resume(returning: cancelled)
        }
    }

    /// The task was cancelled.
    package mutating func stop(_ id: WaitID, _ cancelled: Outcome) {
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            waiting.remove(at: index).1.resume(returning: cancelled)
        } else {
            stopped.insert(id)
        }
    }

    /// The one that has waited longest.
    /// - Precondition: somebody waits.
    package mutating func resumeFirst(_ outcome: Outcome) { waiting.removeFirst().1.resume(returning: outcome) }

    package mutating func resumeAll(_ outcome: Outcome) {
        guard !waiting.isEmpty else { return }
        let tasks = waiting
        waiting = []
        for (_, task) in tasks { task.resume(returning: outcome) }
    }
}

/// The number of one wait, unlike all others of this process.
package struct WaitID: Hashable, Sendable {
    private static let last = Atomic<UInt64>(0)
    private let number = last.wrappingAdd(1, ordering: .relaxed).newValue
}

extension NIOLoopBound {
    /// Waits on the loop; a cancelled task stops waiting.
    /// - Parameters:
    ///   - begin: on the loop: resumes the task, now or later, or leaves it to `WaitingTasks`.
    ///   - stop: on the loop, perhaps before `begin`, perhaps when all is over.
    package func wait<Outcome: Sendable>(
        _ begin: @escaping @Sendable (Value, WaitID, CheckedContinuation<Outcome, Never>) -> Void,
        stop: @escaping @Sendable (Value, WaitID) -> Void
    ) async -> Outcome {
        let id = WaitID()
        let loop = eventLoop
        return await withTaskCancellationHandler {
            await withCheckedContinuation { task in
                loop.perform { begin(self.value, id, task) }
            }
        } onCancel: {
            loop.perform { stop(self.value, id) }
        }
    }

    /// Usually without a hop: the tasks of a connection run on its loop.
    package func onLoop<Result: Sendable>(_ body: @escaping @Sendable (Value) -> Result) async -> Result {
        if eventLoop.inEventLoop { return body(value) }
        return await withCheckedContinuation { task in
            eventLoop.execute { task.resume(returning: body(self.value)) }
        }
    }
}
