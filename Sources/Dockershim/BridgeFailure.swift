import Faults
import Linux

/// A failure of the mapping itself, or of several steps of one call.
struct BridgeFailure: Error, Sendable {
    var kind: OxbowError.Kind
    var message: String
    var origin: (any Error)?
    /// Told with its own code even by an era that answers UNKNOWN for everything.
    var isToldByCode = false

    init(_ kind: OxbowError.Kind, _ message: String, origin: (any Error)? = nil) {
        self.kind = kind
        self.message = message
        self.origin = origin
    }

    /// `<what>: <the failure's own words>`, of the failure's kind.
    init(_ what: String, _ origin: any Error) {
        let told = BridgeFailure(describing: origin)
        self.init(told.kind, "\(what): \(told.message)", origin: origin)
    }

    init(describing error: any Error) {
        switch error {
        case let failure as BridgeFailure: self = failure
        case let failure as DockerFailure: self.init(failure.kind, failure.description, origin: failure)
        case let failure as OxbowError: self.init(failure.kind, failure.message, origin: failure.origin)
        case let failure as SystemFailure:
            self.init(.ours, "\(failure.call): errno \(failure.errno) (\(failure.subject))", origin: failure)
        case is CancellationError: self.init(.cancelled, "call: given up by the client", origin: error)
        default: self.init(.ours, "bridge: \(error)", origin: error)
        }
    }

    /// One failure for all steps of a call that failed; nil when none did. Several are told as `[a, b]`.
    init?(all failures: [any Error]) {
        let told = failures.map(BridgeFailure.init(describing:))
        guard let first = told.first else { return nil }
        let text = told.count == 1 ? first.message : "[" + told.map(\.message).joined(separator: ", ") + "]"
        self.init(first.kind, text, origin: failures.first)
    }

    /// What the front end reports. It keeps this failure as its origin, by which `Era.status` knows it again.
    var reported: OxbowError { OxbowError(kind, message, origin: self) }
}

extension DockerFailure {
    /// What the daemon's status means to the CRI.
    var kind: OxbowError.Kind {
        switch self {
        case .refused(let status, _): kind(of: status)
        case .reworded: .missing
        case .unreachable: .runtimeDown
        case .timedOut: .tooLate
        case .cancelled: .cancelled
        case .malformed: .ours
        case .tooOld: .unsupported
        case .pull(let code, _): code == 0 ? .ours : kind(of: code)
        }
    }

    private func kind(of status: Int) -> OxbowError.Kind {
        switch status {
        case 400: .badRequest
        case 401, 403: .denied
        case 404: .missing
        case 409: holderOfName == nil ? .wrongState : .taken
        case 501: .unsupported
        case 502, 503, 504: .runtimeDown
        default: .ours
        }
    }
}
