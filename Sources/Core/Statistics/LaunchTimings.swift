/// The parts of one container start (and of its creation and end) that are timed.
package enum LaunchStep: String, Sendable, CaseIterable {
    /// Overlay folders and mount.
    case snapshot
    /// Looking up the user, building and writing config.json.
    case bundle
    /// Making and pinning the network namespace.
    case namespace
    /// PodNetwork.attach: runs beside `runtimeCreate`.
    case network
    /// Starting the monitor until it reports what `runtime create` did.
    case runtimeCreate
    case runtimeStart
    /// Documents written.
    case record
    case runtimeDelete
    case detach
    /// Unmounting and removing folders.
    case takeAway
}

/// How long each part of one operation took, in nanoseconds of a monotonic clock. Parts may overlap.
package struct LaunchTimings: Sendable {
    package var nanoseconds: [LaunchStep: Int64] = [:]
    package var total: Int64 = 0
    package init() {}

    /// `snapshot=812µs bundle=95µs …` in the order of `LaunchStep`.
    package var text: String {
        LaunchStep.allCases.compactMap { step in nanoseconds[step].map { "\(step.rawValue)=\($0 / 1000)µs" } }
            .joined(separator: " ") + " total=\(total / 1000)µs"
    }
}
