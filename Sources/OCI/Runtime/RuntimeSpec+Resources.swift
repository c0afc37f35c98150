extension RuntimeSpec {
    /// Limits of a container's cgroup: in `config.json`, and the whole document of `update --resources`.
    package struct Resources: Sendable, Codable, Equatable {
        package var devices: [DeviceRule]?
        package var memory: Memory?
        package var cpu: CPU?
        package var pids: Pids?
        package var hugepageLimits: [HugepageLimit]?
        package var unified: [String: String]?
        package init() {}

        package struct DeviceRule: Sendable, Codable, Equatable {
            package var allow: Bool
            /// `a`, `b` or `c`; nil: all.
            package var type: String?
            package var major: Int64?
            package var minor: Int64?
            /// Of `rwm`.
            package var access: String
            package init(allow: Bool, type: String? = nil, major: Int64? = nil, minor: Int64? = nil, access: String) {
                self.allow = allow
                self.type = type
                self.major = major
                self.minor = minor
                self.access = access
            }
        }

        /// Bytes; −1: unlimited.
        package struct Memory: Sendable, Codable, Equatable {
            package var limit: Int64?
            package var reservation: Int64?
            /// Memory and swap together.
            package var swap: Int64?
            package var disableOOMKiller: Bool?
            package init() {}
        }

        /// Quota and period in microseconds.
        package struct CPU: Sendable, Codable, Equatable {
            package var shares: UInt64?
            package var quota: Int64?
            package var period: UInt64?
            package var cpus: String?
            package var mems: String?
            package init() {}
        }

        package struct Pids: Sendable, Codable, Equatable {
            package var limit: Int64
            package init(limit: Int64) { self.limit = limit }
        }

        package struct HugepageLimit: Sendable, Codable, Equatable {
            /// `2MB`, `1GB`.
            package var pageSize: String
            package var limit: UInt64
            package init(pageSize: String, limit: UInt64) {
                self.pageSize = pageSize
                self.limit = limit
            }
        }
    }
}
