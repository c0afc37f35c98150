/// A line of `GET /events`.
package struct EventMessage: GoObject {
    package struct Actor: GoObject {
        package var id = ""
        package var attributes: [String: String] = [:]
        package init() {}
        package static let members: GoMembers<Self> = [.always("ID", \.id), .always("Attributes", \.attributes)]
    }

    /// `status`, `id` and `from` repeat what follows, for clients older than API 1.22; docker CLI before 25 needs them.
    package var status = ""
    package var id = ""
    package var from = ""
    package var type = ""
    package var action = ""
    package var actor = Actor()
    package var scope = "local"
    package var time: Int64 = 0
    package var timeNano: Int64 = 0
    package init() {}

    package static let members: GoMembers<Self> = [
        .omitEmpty("status", \.status),
        .omitEmpty("id", \.id),
        .omitEmpty("from", \.from),
        .always("Type", \.type),
        .always("Action", \.action),
        .always("Actor", \.actor),
        .always("scope", \.scope),
        .always("time", \.time),
        .always("timeNano", \.timeNano),
    ]
}
