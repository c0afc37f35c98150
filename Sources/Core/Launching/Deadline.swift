package import Faults

/// A limit to a wait.
package enum Deadline {
    /// - Returns: what `body` gave; `.tooLate` when `limit` passed first, in which case `body` was cancelled and has ended.
    package static func run<T: Sendable>(
        _ limit: Duration, _ body: @escaping @Sendable () async throws(OxbowError) -> T
    ) async -> Result<T, OxbowError> {
        await withTaskGroup(of: Result<T, OxbowError>?.self) { group in
            group.addTask {
                do throws(OxbowError) { return .success(try await body()) } catch { return .failure(error) }
            }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return nil }
                return .failure(OxbowError(.tooLate, "deadline: passed after \(limit)"))
            }
            // The first answer counts; a sleeper that was cancelled with us is none, and the body's then follows.
            for await answer in group {
                guard let answer else { continue }
                group.cancelAll()
                return answer
            }
            return .failure(OxbowError(.cancelled, "request: cancelled"))
        }
    }
}
