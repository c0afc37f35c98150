extension RuntimeSpec {
    /// What runs: the `process` object, and the whole document of `exec --process`.
    package struct Process: Sendable, Codable, Equatable {
        package var terminal: Bool
        package var user: User
        package var args: [String]
        package var env: [String]
        package var cwd: String
        package var capabilities: Capabilities?
        package var rlimits: [Rlimit]?
        package var noNewPrivileges: Bool
        package var apparmorProfile: String?
        package var oomScoreAdj: Int?
        package var selinuxLabel: String?

        package init(terminal: Bool = false, user: User, args: [String], env: [String] = [], cwd: String = "/") {
            self.terminal = terminal
            self.user = user
            self.args = args
            self.env = env
            self.cwd = cwd
            noNewPrivileges = false
        }
    }

    package struct User: Sendable, Codable, Equatable {
        package var uid: UInt32
        package var gid: UInt32
        package var additionalGids: [UInt32]?
        package init(uid: UInt32, gid: UInt32, additionalGids: [UInt32]? = nil) {
            self.uid = uid
            self.gid = gid
            self.additionalGids = additionalGids
        }
    }

    /// Names with `CAP_`.
    package struct Capabilities: Sendable, Codable, Equatable {
        package var bounding: [String]
        package var effective: [String]
        package var inheritable: [String]
        package var permitted: [String]
        package var ambient: [String]
        package init(
            bounding: [String] = [], effective: [String] = [], inheritable: [String] = [], permitted: [String] = [],
            ambient: [String] = []
        ) {
            self.bounding = bounding
            self.effective = effective
            self.inheritable = inheritable
            self.permitted = permitted
            self.ambient = ambient
        }
    }

    package struct Rlimit: Sendable, Codable, Equatable {
        /// `RLIMIT_NOFILE`.
        package var type: String
        package var soft: UInt64
        package var hard: UInt64
        package init(type: String, soft: UInt64, hard: UInt64) {
            self.type = type
            self.soft = soft
            self.hard = hard
        }
    }
}
