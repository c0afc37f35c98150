import Synchronization

/// The items of a streamed answer, in the order in which they came.
final class Gathered<Item: Sendable>: Sendable {
    private let items = Mutex<(all: [Item], messages: [Int])>(([], []))
    var all: [Item] { items.withLock { $0.all } }
    /// How many items each message held.
    var messages: [Int] { items.withLock { $0.messages } }
    func add(_ more: [Item]) {
        items.withLock { items in
            items.all += more
            items.messages.append(more.count)
        }
    }
}
