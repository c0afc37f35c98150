/// How far a sandbox or container has come. It only ever goes forward: another attempt is another container.
package enum PodPhase: Int, Sendable, Comparable, CaseIterable {
    case created
    case started
    case stopped
    case deleted

    package static func < (a: PodPhase, b: PodPhase) -> Bool { a.rawValue < b.rawValue }
}

/// One step of a sandbox's or container's life, as a front end learned of it.
package struct PodChange: Sendable, Equatable {
    package var id: String
    /// The sandbox that it is in; its own id for a sandbox.
    package var sandbox: String
    package var phase: PodPhase
    /// Nanoseconds since 1970.
    package var time: Int64

    package var isSandbox: Bool { id == sandbox }

    package init(id: String, sandbox: String, phase: PodPhase, time: Int64) {
        self.id = id
        self.sandbox = sandbox
        self.phase = phase
        self.time = time
    }
}
