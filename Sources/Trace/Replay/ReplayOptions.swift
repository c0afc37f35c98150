package import CRI

/// How fast a trace is played.
package enum ReplaySpeed: Sendable, Equatable {
    /// 1 is as recorded.
    case times(Double)
    /// As fast as the calls' dependencies allow.
    case max

    /// - Parameter text: `max`, or a number above 0.
    package init?(_ text: String) {
        if text == "max" {
            self = .max
        } else if let factor = Double(text), factor > 0, factor.isFinite {
            self = .times(factor)
        } else {
            return nil
        }
    }
}

package struct ReplayOptions: Sendable {
    package var speed: ReplaySpeed
    /// nil: as the trace's header says; the other version is tried where the endpoint does not know the first.
    package var api: APIVersion?
    /// Where recorded host paths are made. Made and taken away again by the replay.
    package var workFolder: String
    /// Goes before every cgroup parent of the trace, e.g. `/replay`; nil leaves them as recorded.
    package var cgroupPrefix: String?
    /// Leaves the sandboxes made in the replay, and the work folder, where they are.
    package var keep: Bool
    package var limits = ReplayLimits()

    package init(
        speed: ReplaySpeed = .times(1), api: APIVersion? = nil, workFolder: String, cgroupPrefix: String? = nil,
        keep: Bool = false
    ) {
        self.speed = speed
        self.api = api
        self.workFolder = workFolder
        self.cgroupPrefix = cgroupPrefix
        self.keep = keep
    }
}

/// Every wait of a replay.
package struct ReplayLimits: Sendable, Equatable {
    /// A call that carries no deadline in the recording.
    package var call: Duration = .seconds(240)
    /// How long a container or sandbox may take to come to the end that the recording shows.
    package var endOfLife: Duration = .seconds(20)
    /// Between two looks at it.
    package var poll: Duration = .milliseconds(5)
    /// What a container gets between its start and its stop, at most: a shell that is told to end before it has set its
    /// trap ignores the signal, which no client in the recording saw.
    package var settling: Duration = .milliseconds(250)
    package init() {}
}
