extension RuntimeSpec {
    /// Programs that the runtime calls, by the moment; within one they are called in this order.
    package struct Hooks: Sendable, Codable, Equatable {
        package var prestart: [Hook]?
        package var createRuntime: [Hook]?
        package var createContainer: [Hook]?
        package var startContainer: [Hook]?
        package var poststart: [Hook]?
        package var poststop: [Hook]?
        package init() {}
    }

    package struct Hook: Sendable, Codable, Equatable {
        package var path: String
        package var args: [String]?
        package var env: [String]?
        /// Seconds.
        package var timeout: Int?
        package init(path: String, args: [String]? = nil, env: [String]? = nil, timeout: Int? = nil) {
            self.path = path
            self.args = args
            self.env = env
            self.timeout = timeout
        }
    }
}
