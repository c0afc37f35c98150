// CONTRACT: signatures other modules build against. The owner replaces the bodies and splits this file, one type a file.
public import CRI
public import Faults
public import GRPC

/// Which package name the client used; the messages are the same.
package enum APIVersion: String, Sendable, CaseIterable {
    case v1 = "runtime.v1"
    case v1alpha2 = "runtime.v1alpha2"
}

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
