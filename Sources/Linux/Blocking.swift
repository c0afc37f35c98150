import NIOPosix

/// Threads that wait for disks and mounts on behalf of everybody. More than there are processors: most of them sleep in an
/// fsync or an unmount, behind which a quick call must not queue.
package let blockingThreads = 8

private let pool: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: blockingThreads)
    pool.start()
    return pool
}()

/// Runs file and mount calls on a thread pool, never on an event loop or the cooperative pool.
///
/// Cancellation of the caller's task does not withdraw the work: what a cancelled request began has to be cleared away,
/// and clearing away needs this very function.
package func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        pool.submit { state in
            switch state {
            case .active: continuation.resume(with: Result { try body() })
            // The pool is never shut down; should that change, the caller hears of it.
            case .cancelled: continuation.resume(throwing: CancellationError())
            }
        }
    }
}
