package import CRI
package import Faults

/// Cuts a list into the messages of a streamed answer: each item exactly once, in order, at least one a message, and no
/// message for an empty list.
package enum StreamedList {
    /// Bytes of the items of one message; a larger item goes alone. Clients take 16 MiB.
    package static let messageBytes = 1 << 20

    /// - Parameter message: makes an answer of some items.
    package static func send<Item: CRIMessage, Message: CRIMessage>(
        _ items: [Item], as message: ([Item]) -> Message, limit: Int = messageBytes,
        to send: @Sendable (Message) async throws(OxbowError) -> Void
    ) async throws(OxbowError) {
        var waiting: [Item] = []
        var bytes = 0
        for item in items {
            let size = item.encoded().readableBytes
            if !waiting.isEmpty, bytes + size > limit {
                try await send(message(waiting))
                (waiting, bytes) = ([], 0)
            }
            waiting.append(item)
            bytes += size
        }
        if !waiting.isEmpty { try await send(message(waiting)) }
    }
}
