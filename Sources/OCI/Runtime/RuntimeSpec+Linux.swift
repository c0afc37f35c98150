extension RuntimeSpec {
    package struct Linux: Sendable, Codable, Equatable {
        package var namespaces: [Namespace]
        package var devices: [Device]?
        package var cgroupsPath: String?
        package var resources: Resources?
        /// `rprivate`, `rslave` or `rshared`.
        package var rootfsPropagation: String?
        package var seccomp: Seccomp?
        package var maskedPaths: [String]?
        package var readonlyPaths: [String]?
        package var sysctl: [String: String]?
        package var mountLabel: String?
        package var uidMappings: [IDMapping]?
        package var gidMappings: [IDMapping]?
        package init(namespaces: [Namespace] = []) { self.namespaces = namespaces }
    }

    package struct Namespace: Sendable, Codable, Equatable {
        /// `pid`, `network`, `mount`, `ipc`, `uts`, `cgroup`, `user`.
        package var type: String
        /// Joined when set, made when nil.
        package var path: String?
        package init(_ type: String, path: String? = nil) {
            self.type = type
            self.path = path
        }
    }

    package struct IDMapping: Sendable, Codable, Equatable {
        package var containerID: UInt32
        package var hostID: UInt32
        package var size: UInt32
        package init(containerID: UInt32, hostID: UInt32, size: UInt32) {
            self.containerID = containerID
            self.hostID = hostID
            self.size = size
        }
    }

    package struct Device: Sendable, Codable, Equatable {
        package var path: String
        /// `c` or `b`.
        package var type: String
        package var major: Int64
        package var minor: Int64
        package var fileMode: UInt32?
        package var uid: UInt32?
        package var gid: UInt32?
        package init(
            path: String, type: String, major: Int64, minor: Int64, fileMode: UInt32? = nil, uid: UInt32? = nil,
            gid: UInt32? = nil
        ) {
            self.path = path
            self.type = type
            self.major = major
            self.minor = minor
            self.fileMode = fileMode
            self.uid = uid
            self.gid = gid
        }
    }
}
