import Core

/// A container's state in the two forms that Docker shows: a word, and a phrase for people whose beginning programs read.
struct ContainerStatus: Equatable {
    var word: String
    var phrase: String

    /// - Parameter now: nanoseconds since 1970.
    init(of record: ContainerRecord, isRestarting: Bool, now: Int64) {
        switch record.state {
        case .created:
            word = "created"
            phrase = "Created"
        case .running:
            word = "running"
            phrase = "Up " + DockerTime.span(nanoseconds: now - record.startedAt)
        case .exited where isRestarting:
            word = "restarting"
            phrase = "Restarting (\(record.exitCode)) \(DockerTime.span(nanoseconds: now - record.finishedAt)) ago"
        case .exited:
            word = "exited"
            phrase = "Exited (\(record.exitCode)) \(DockerTime.span(nanoseconds: now - record.finishedAt)) ago"
        }
    }
}
