/// Work that lasts longer than the request that began it: waiting for a container's exit, for an exec's end.
///
/// `run` is the only place where it happens, in one group whose end is the daemon's end.
package final class Watchers: Sendable {
    package typealias Job = @Sendable () async -> Void
    private let jobs: AsyncStream<Job>
    private let continuation: AsyncStream<Job>.Continuation

    package init() {
        // Bounded by the number of containers and execs that run, each of which costs a process.
        (jobs, continuation) = AsyncStream.makeStream(of: Job.self, bufferingPolicy: .unbounded)
    }

    package func add(_ job: @escaping Job) { continuation.yield(job) }

    /// Runs jobs until the task is cancelled. Jobs are cancelled with it: what they watch goes on and is found again.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs { group.addTask { await job() } }
            group.cancelAll()
        }
    }

    /// No more jobs; `run` returns when the last one has ended.
    package func finish() { continuation.finish() }
}
