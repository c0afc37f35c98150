package struct ExecSpec: Sendable {
    package var arguments: [String]
    package var environment: [String]
    package var workingDirectory: String
    package var user: UserSpec?
    package var terminal: Bool
    package var privileged: Bool
    package var input: Bool
    package init(
        arguments: [String] = [],
        environment: [String] = [],
        workingDirectory: String = "",
        user: UserSpec? = nil,
        terminal: Bool = false,
        privileged: Bool = false,
        input: Bool = false
    ) {
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.user = user
        self.terminal = terminal
        self.privileged = privileged
        self.input = input
    }
}
