package import CRI

/// One place where the new answer says something else than the recorded one, and it matters.
package struct Difference: Sendable, Equatable {
    package var sequence: Int
    /// `ContainerStatus`.
    package var method: String
    /// Where in the message, with the proto's names: `status.state`, `containers[main/0].state`.
    package var field: String
    /// nil: the field was absent.
    package var recorded: String?
    package var replayed: String?

    package init(sequence: Int, method: String, field: String, recorded: String?, replayed: String?) {
        self.sequence = sequence
        self.method = method
        self.field = field
        self.recorded = recorded
        self.replayed = replayed
    }

    package var json: JSONValue {
        [
            "seq": .integer(sequence), "method": .string(method), "field": .string(field),
            "recorded": recorded.map { .string($0) } ?? .null, "replayed": replayed.map { .string($0) } ?? .null,
        ]
    }
}
