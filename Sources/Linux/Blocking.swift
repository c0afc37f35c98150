import NIOPosix

/// Runs file and mount calls on a thread pool, never on an event loop or the cooperative pool.
package func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await NIOThreadPool.singleton.runIfActive(body)
}
