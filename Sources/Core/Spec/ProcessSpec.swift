package import Linux

package struct ProcessSpec: Sendable, Codable {
    /// The whole argv; never empty.
    package var arguments: [String]
    package var environment: [String]
    package var workingDirectory: String
    package var user: UserSpec
    package var additionalGroups: [UInt32]
    package var imageGroups: ImageGroups
    package var terminal: Bool
    package var openStdin: Bool
    /// Standard input ends with the first attached client's.
    package var stdinOnce: Bool
    package var capabilities: CapabilitySpec
    package var noNewPrivileges: Bool
    package var oomScoreAdj: Int?
    package var apparmorProfile: String
    package var selinuxLabel: String
    package var limits: [ResourceLimit]
    package struct ResourceLimit: Sendable, Codable {
        package var type: String
        package var soft: UInt64
        package var hard: UInt64
        package init(type: String, soft: UInt64, hard: UInt64) {
            self.type = type
            self.soft = soft
            self.hard = hard
        }
    }
    package init(
        arguments: [String] = [],
        environment: [String] = [],
        workingDirectory: String = "",
        user: UserSpec = .text(""),
        additionalGroups: [UInt32] = [],
        imageGroups: ImageGroups = .unlessGroupGiven,
        terminal: Bool = false,
        openStdin: Bool = false,
        stdinOnce: Bool = false,
        capabilities: CapabilitySpec = CapabilitySpec(),
        noNewPrivileges: Bool = false,
        oomScoreAdj: Int? = nil,
        apparmorProfile: String = "",
        selinuxLabel: String = "",
        limits: [ResourceLimit] = []
    ) {
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.user = user
        self.additionalGroups = additionalGroups
        self.imageGroups = imageGroups
        self.terminal = terminal
        self.openStdin = openStdin
        self.stdinOnce = stdinOnce
        self.capabilities = capabilities
        self.noNewPrivileges = noNewPrivileges
        self.oomScoreAdj = oomScoreAdj
        self.apparmorProfile = apparmorProfile
        self.selinuxLabel = selinuxLabel
        self.limits = limits
    }
}
