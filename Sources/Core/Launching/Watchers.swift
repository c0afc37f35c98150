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

    /// Runs `body` to its end even when the calling task is cancelled: for taking back what was half done.
    package func shielded(_ body: @escaping Job) async {
        await withCheckedContinuation { waiter in
            let accepted = continuation.yield {
                await body()
                waiter.resume()
            }
            // Nobody takes jobs any more: the daemon has ended its work, and recovery does the rest.
            if case .terminated = accepted { waiter.resume() }
        }
    }

    /// Runs jobs until the task is cancelled. Jobs are cancelled with it: what they watch goes on and is found again.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs { group.addTask { await job() } }
            group.cancelAll()
        }
    }
}
