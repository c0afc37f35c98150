import NIOPosix

/// Runs file and mount calls on a thread pool, never on an event loop or the cooperative pool.
///
/// Cancellation of the caller's task does not withdraw the work: what a cancelled request began has to be cleared away,
/// and clearing away needs this very function.
package func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        NIOThreadPool.singleton.submit { state in
            switch state {
            case .active: continuation.resume(with: Result { try body() })
            // The singleton pool is never shut down; should that change, the caller hears of it.
            case .cancelled: continuation.resume(throwing: CancellationError())
            }
        }
    }
}
