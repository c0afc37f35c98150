import Faults
import Synchronization

/// Work under way: who asks for some that is already running waits for it instead of doing it again.
final class Flights<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    typealias Outcome = Result<Value, OxbowError>
    typealias Progress = @Sendable (PullProgress) -> Void

    private struct Flight {
        var listeners: [Int: Progress] = [:]
        var waiters: [Int: CheckedContinuation<Outcome, Never>] = [:]
        var next = 1

        mutating func join(_ progress: @escaping Progress) -> Int {
            defer { next += 1 }
            listeners[next] = progress
            return next
        }
    }
    private let flights = Mutex<[Key: Flight]>([:])

    /// Runs `pull`, or waits for the one that runs. When the one that runs is withdrawn, somebody who waits takes over.
    ///
    /// - Parameter takesOver: also when it fails: who waits has another way to what is wanted.
    func share(
        _ key: Key, _ progress: @escaping Progress, takesOver: Bool = false,
        _ pull: (@escaping Progress) async throws(OxbowError) -> Value
    ) async throws(OxbowError) -> Value {
        while true {
            let number = flights.withLock { flights -> Int? in
                guard flights[key] != nil else {
                    flights[key] = Flight(listeners: [0: progress])
                    return nil
                }
                return flights[key]?.join(progress)
            }
            guard let number else { return try await lead(key, pull) }
            let outcome = await wait(key, number)
            if case .failure(let error) = outcome, takesOver || error.kind == .cancelled, !Task.isCancelled { continue }
            return try outcome.get()
        }
    }

    private func lead(
        _ key: Key, _ pull: (@escaping Progress) async throws(OxbowError) -> Value
    ) async throws(OxbowError) -> Value {
        let outcome: Outcome
        do throws(OxbowError) {
            outcome = .success(
                try await pull { event in
                    for listener in self.flights.withLock({ $0[key].map { Array($0.listeners.values) } ?? [] }) {
                        listener(event)
                    }
                })
        } catch {
            outcome = .failure(error)
        }
        let waiters = flights.withLock { $0.removeValue(forKey: key)?.waiters.values.map { $0 } ?? [] }
        for waiter in waiters { waiter.resume(returning: outcome) }
        return try outcome.get()
    }

    private static var withdrawn: Outcome { Outcome.failure(OxbowError(.cancelled, "image: pull withdrawn")) }

    private func wait(_ key: Key, _ number: Int) async -> Outcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = flights.withLock { flights in
                    // Ended meanwhile: ask again. Cancelled before the wait began: the handler has found nobody.
                    guard flights[key]?.listeners[number] != nil, !Task.isCancelled else { return false }
                    flights[key]?.waiters[number] = continuation
                    return true
                }
                if !isWaiting { continuation.resume(returning: Self.withdrawn) }
            }
        } onCancel: {
            let waiter = flights.withLock { flights in
                flights[key]?.listeners[number] = nil
                return flights[key]?.waiters.removeValue(forKey: number)
            }
            waiter?.resume(returning: Self.withdrawn)
        }
    }
}
