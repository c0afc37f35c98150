package struct HTTPFailure: Error, Sendable, Equatable {
    package enum Reason: Sendable, Equatable {
        /// No connection: the peer is not there or the name does not resolve.
        case unreachable
        case timedOut
        /// The answer went past a limit.
        case tooLarge
        /// The peer broke off or spoke no HTTP, or the request could not be made.
        case broken
        case cancelled
    }
    package let reason: Reason
    /// libcurl's own words.
    package let detail: String

    package init(reason: Reason, detail: String) {
        self.reason = reason
        self.detail = detail
    }
}

extension HTTPFailure: CustomStringConvertible {
    package var description: String { detail }
}
