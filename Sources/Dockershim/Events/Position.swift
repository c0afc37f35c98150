import DockerAPI
import Synchronization

/// How far a stream of events was read. `since` is asked for in nanoseconds and includes its moment, so that the events
/// of that moment come twice.
struct Position: Sendable, Equatable {
    /// Nanoseconds since 1970.
    var time: Int64
    /// What was read of that moment.
    private var seen: Set<String> = []

    init(time: Int64) { self.time = time }

    /// - Returns: false for an event that was read before.
    mutating func advance(_ event: EventMessage) -> Bool {
        let key = event.action + " " + event.actor.id
        if event.timeNano > time {
            time = event.timeNano
            seen = [key]
            return true
        }
        // Events of two containers may come in another order than their times; they are read all the same.
        return event.timeNano < time || seen.insert(key).inserted
    }
}

/// The position of a stream that is read by one task and asked for by another.
final class ReadPosition: Sendable {
    private let position: Mutex<Position>
    init(_ position: Position) { self.position = Mutex(position) }
    var value: Position { position.withLock { $0 } }
    func advance(_ event: EventMessage) -> Bool { position.withLock { $0.advance(event) } }
}
