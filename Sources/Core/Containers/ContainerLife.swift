package import Faults

/// The life of one container as a value: it takes an event and says what is to be done. Nothing here does anything.
///
/// Events out of turn: a start of a running container and a removal without `force` of one are **the client's** mistake
/// (`.refuse`); an exit that is announced twice, or of a container whose start has failed meanwhile, is **nobody's** (the
/// monitor's end and the runtime's answer race) and is ignored.
package struct ContainerLife: Sendable, Equatable {
    package enum Phase: String, Sendable, Codable {
        case created
        /// Written before the first effect of a start, so that recovery knows to look for a monitor.
        case starting
        case running
        case exited
        /// Written before the first effect of a removal, so that recovery can finish it.
        case removing
    }

    package enum Event: Sendable, Equatable {
        case startRequested
        case started
        case startFailed
        case exited
        case removeRequested(force: Bool)
    }

    package enum Step: Sendable, Equatable {
        case launch
        /// The event has been taken: record and announce it.
        case announce
        /// Kill the process and wait for its exit, then ask again.
        case stopFirst
        case takeAway
        case nothing
        case refuse(OxbowError.Kind, String)
    }

    package private(set) var phase: Phase

    package init(_ phase: Phase = .created) { self.phase = phase }

    package mutating func take(_ event: Event) -> Step {
        switch (event, phase) {
        case (.startRequested, .created), (.startRequested, .exited):
            phase = .starting
            return .launch
        case (.startRequested, .starting), (.startRequested, .running):
            return .refuse(.wrongState, "container: already running")
        case (.startRequested, .removing):
            return .refuse(.wrongState, "container: marked for removal and cannot be started")

        case (.started, .starting):
            phase = .running
            return .announce
        case (.startFailed, .starting):
            phase = .created
            return .announce
        case (.started, _), (.startFailed, _):
            return .nothing

        case (.exited, .running):
            phase = .exited
            return .announce
        case (.exited, _):
            return .nothing

        case (.removeRequested(let force), .running):
            return force ? .stopFirst : .refuse(.wrongState, "container: running, stop it before removal")
        case (.removeRequested, .starting):
            return .refuse(.wrongState, "container: being started")
        case (.removeRequested, .created), (.removeRequested, .exited), (.removeRequested, .removing):
            phase = .removing
            return .takeAway
        }
    }

    /// What the protocol's three states say of a phase; nil: as it was before the removal began.
    package var state: ContainerRecord.State? {
        switch phase {
        case .created, .starting: .created
        case .running: .running
        case .exited: .exited
        case .removing: nil
        }
    }
}

extension ContainerLife {
    /// What a restarted daemon finds of a container that its predecessor left.
    package enum Finding: Sendable, Equatable {
        /// The monitor lives.
        case monitored
        /// The monitor has ended and left an exit code.
        case ended(Int32)
        /// The process lives and nobody watches it.
        case unwatched
        /// Neither process nor exit code.
        case gone
        /// The machine was restarted since.
        case otherBoot
    }

    package enum Mending: Sendable, Equatable {
        case keep
        /// Watch it as if we had started it.
        case adopt
        /// Kill what there is and go back to `created`: whoever asked for the start never got an answer.
        case undoStart
        case recordExit(Int32, reason: String)
        /// Kill the process (its output and exit code are lost without a monitor), then record 137.
        case killUnwatched
        case finishRemoval
    }

    /// The exit code of a process whose own nobody has seen.
    package static let unknownExit: Int32 = 255
    package static let killedExit: Int32 = 137

    package mutating func recover(_ finding: Finding) -> Mending {
        switch (phase, finding) {
        case (.created, _), (.exited, _): return .keep
        case (.removing, _): return .finishRemoval
        // What a start writes durably is this phase: after a restart of the machine it may well have run.
        case (.starting, .otherBoot), (.running, .otherBoot):
            phase = .exited
            return .recordExit(Self.unknownExit, reason: "ended with the machine")
        case (.starting, _):
            phase = .created
            return .undoStart
        case (.running, .monitored):
            return .adopt
        case (.running, .ended(let code)):
            phase = .exited
            return .recordExit(code, reason: "")
        case (.running, .unwatched):
            phase = .exited
            return .killUnwatched
        case (.running, .gone):
            phase = .exited
            return .recordExit(Self.unknownExit, reason: "ended while nobody watched: the exit code is not known")
        }
    }
}
