/// A program that the OCI runtime calls at a moment of a container's life.
package struct HookSpec: Sendable, Codable, Equatable {
    package enum Moment: String, Sendable, Codable, CaseIterable {
        case prestart, createRuntime, createContainer, startContainer, poststart, poststop
    }
    package var moment: Moment
    package var path: String
    /// The whole argv; empty: the path alone.
    package var arguments: [String]
    package var environment: [String]
    /// Seconds; nil: no limit.
    package var timeout: Int?
    package init(
        moment: Moment, path: String, arguments: [String] = [], environment: [String] = [], timeout: Int? = nil
    ) {
        self.moment = moment
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.timeout = timeout
    }
}
