package import CRI

/// What a call carries besides its message.
package struct CallContext: Sendable {
    package var api: APIVersion
    /// When the client stops waiting; nil: never.
    package var deadline: ContinuousClock.Instant?
    /// `RunPodSandbox` …
    package var method: String
    /// The call in whose name work is done, for accounts kept per CRI call.
    @TaskLocal package static var current: CallContext?

    package init(api: APIVersion, deadline: ContinuousClock.Instant? = nil, method: String = "") {
        self.api = api
        self.deadline = deadline
        self.method = method
    }
}
