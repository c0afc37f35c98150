import Core
import DockerAPI

extension EventMessage {
    /// - Parameter time: nanoseconds since 1970.
    private init(type: String, action: String, id: String, attributes: [String: String], at time: Int64) {
        self.init()
        self.type = type
        self.action = action
        actor.id = id
        actor.attributes = attributes
        self.time = time / 1_000_000_000
        timeNano = time
        // The repetition for clients older than API 1.22; docker CLI before 25 fails without it.
        status = action
        self.id = id
    }

    /// Labels come along, so that clients can filter by them.
    static func container(
        _ action: String, _ record: ContainerRecord, _ document: ContainerDocument, at time: Int64,
        attributes: [String: String] = [:]
    ) -> EventMessage {
        let own = ["image": record.spec.imageName, "name": record.spec.name]
        var event = EventMessage(
            type: "container", action: action, id: record.id,
            attributes: (document.config.labels ?? [:]).merging(own) { _, own in own }.merging(attributes) { $1 },
            at: time)
        event.from = record.spec.imageName
        return event
    }

    static func image(_ action: String, id: String, name: String, at time: Int64) -> EventMessage {
        EventMessage(type: "image", action: action, id: id, attributes: ["name": name], at: time)
    }
}
