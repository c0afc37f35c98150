/// What changes of a container between two lists, and no more: a record is large, and a kubelet lists every second.
package struct ContainerBrief: Sendable, Equatable {
    package var id: String
    package var state: ContainerRecord.State
    /// It is `.created` because a start failed.
    package var failedToStart: Bool
    /// Nanoseconds since 1970.
    package var createdAt: Int64

    package init(_ record: ContainerRecord) {
        id = record.id
        state = record.state
        failedToStart = !record.startError.isEmpty
        createdAt = record.createdAt
    }
}
