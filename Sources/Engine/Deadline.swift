/// Waiting that ends.
enum Deadline {
    /// - Returns: what `body` gave, or nil when it took longer; `body` is cancelled then.
    static func within<Value: Sendable>(
        _ limit: Duration, _ body: @escaping @Sendable () async -> Value?
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                // Ends early only when cancelled, and then nobody looks at the result.
                try? await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
