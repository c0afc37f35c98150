import Synchronization

/// Work that outlives the request which began it: watching an exec's end, pulling an image, removing a container that
/// ended. `Engine.run` does it all as its own children.
final class LastingWork: Sendable {
    typealias Job = @Sendable () async -> Void
    private let jobs: AsyncStream<Job>
    private let queue: AsyncStream<Job>.Continuation

    init() { (jobs, queue) = AsyncStream.makeStream() }

    // Not bounded by itself: each job belongs to an exec, pull or container, whose numbers are.
    func add(_ job: @escaping Job) { queue.yield(job) }

    /// Does what is added until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs { group.addTask(operation: job) }
        }
    }
}
