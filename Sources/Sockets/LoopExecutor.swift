package import NIOCore

/// Runs tasks on an event loop's thread, so that a call and its connection need no hop to meet.
package final class LoopExecutor: TaskExecutor {
    package let loop: any EventLoop
    package init(_ loop: any EventLoop) { self.loop = loop }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // Safe: the job runs exactly once, on the executor that it was given to, which the closure keeps alive.
        loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

extension EventLoop {
    /// At once when already on the loop, else as its next task.
    package func perform(_ body: @escaping @Sendable () -> Void) {
        if inEventLoop { body() } else { execute(body) }
    }
}
