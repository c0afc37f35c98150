package struct CoreEvent: Sendable {
    package enum Action: String, Sendable { case created, started, exited, removed }
    package var action: Action
    package var record: ContainerRecord
    package var time: Int64
    package init(
        action: Action,
        record: ContainerRecord,
        time: Int64 = 0
    ) {
        self.action = action
        self.record = record
        self.time = time
    }
}
