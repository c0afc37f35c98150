/// A failure that either front end can report without looking inside.
///
/// Modules throw their own small typed errors; the code that drives a module turns them into an `OxbowError` once.
public struct OxbowError: Error, Sendable {
    public let kind: Kind
    /// For the person at the client: `noun: what is wrong (value)`, lower case, no full stop, no secrets.
    public let message: String
    /// For our log only.
    public let origin: (any Error)?

    public init(_ kind: Kind, _ message: String, origin: (any Error)? = nil) {
        self.kind = kind
        self.message = message
        self.origin = origin
    }
}

extension OxbowError {
    public enum Kind: String, Sendable, CaseIterable {
        /// The request itself is wrong: a field missing, malformed or contradictory.
        case badRequest
        /// The object named does not exist.
        case missing
        /// The name, port or address belongs to somebody else.
        case taken
        /// The object exists but its state forbids the operation.
        case wrongState
        /// Oxbow, or this host, cannot do it.
        case unsupported
        /// The deadline passed first.
        case tooLate
        /// The client withdrew the request.
        case cancelled
        /// A message, body or queue went past its limit, or the disk is full.
        case tooLarge
        /// The registry or the daemon behind us refuses the credentials.
        case denied
        /// What a registry or a file holds is not what it should be.
        case corrupt
        /// A daemon, runtime or registry that the request needs does not answer.
        case runtimeDown
        /// Our fault, or the host's.
        case ours
    }
}

extension OxbowError.Kind {
    /// `grpc-status` for the kubelet and the status of Docker's JSON reply, decided side by side.
    public var codes: (grpc: Int, http: Int) {
        switch self {
        case .badRequest: (3, 400)
        case .missing: (5, 404)
        case .taken: (6, 409)
        case .wrongState: (9, 409)
        case .unsupported: (12, 501)
        case .tooLate: (4, 504)
        case .cancelled: (1, 499)
        case .tooLarge: (8, 413)
        case .denied: (7, 401)
        case .corrupt: (15, 422)
        case .runtimeDown: (14, 503)
        case .ours: (13, 500)
        }
    }
}

extension OxbowError: CustomStringConvertible {
    public var description: String {
        guard let origin else { return "\(kind): \(message)" }
        return "\(kind): \(message) [\(origin)]"
    }
}
