/// A program to start: nothing is inherited but what is named here.
package struct Command: Sendable {
    package static let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Absolute path, or a bare name searched in `searchFolders`.
    package var program: String
    /// Without `argv[0]`.
    package var arguments: [String]
    /// `KEY=value` pairs; the daemon's own environment is not inherited.
    package var environment: [String]
    package var workingDirectory: String?
    /// A new session, so that signals to the daemon's process group pass it by (monitors need this). Otherwise the
    /// program leads a process group of its own.
    package var newSession: Bool
    /// Descriptor number in the child → descriptor of ours. 0, 1 and 2 are `/dev/null` unless named.
    package var descriptors: [Int32: Int32]

    package init(
        _ program: String, _ arguments: [String], environment: [String] = [Command.path],
        workingDirectory: String? = nil, newSession: Bool = false, descriptors: [Int32: Int32] = [:]
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.newSession = newSession
        self.descriptors = descriptors
    }

    package static let searchFolders = [
        "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
    ]

    /// The first executable file of that name; a name with a slash is taken as it is.
    /// - Returns: nil when there is none.
    package static func find(_ program: String) -> String? {
        if program.contains("/") { return Files.isExecutable(program) ? program : nil }
        return searchFolders.map { "\($0)/\(program)" }.first(where: Files.isExecutable)
    }

    /// A C string ends at a zero byte: a text that holds one would be cut there in silence.
    var holdsZeroByte: Bool {
        ([program] + arguments + environment + [workingDirectory ?? ""]).contains { $0.utf8.contains(0) }
    }
}
