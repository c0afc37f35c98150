import UnixSignals

struct Interrupted: Error, CustomStringConvertible {
    let description = "interrupted; everything that was started has been ended"
}

/// Runs `body`; SIGINT and SIGTERM cancel it, and it is waited for, so that it takes down what it started.
func interruptible<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
    try await withThrowingTaskGroup(of: T?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return nil }
            return nil
        }
        guard let first = try await group.next() else { throw Interrupted() }
        group.cancelAll()
        if let first { return first }
        // The body's own error, if it has one, is the cancellation that we have just asked for.
        while let rest = await group.nextResult() { _ = rest }
        throw Interrupted()
    }
}
