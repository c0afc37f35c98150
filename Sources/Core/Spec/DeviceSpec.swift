package struct DeviceSpec: Sendable, Codable, Equatable {
    /// A device number that is given and not looked up on the host.
    package struct Number: Sendable, Codable, Equatable {
        /// `c` or `b`.
        package var kind: String
        package var major: Int64
        package var minor: Int64
        package init(kind: String, major: Int64, minor: Int64) {
            self.kind = kind
            self.major = major
            self.minor = minor
        }
    }

    package var hostPath: String
    package var containerPath: String
    /// Of `rwm`.
    package var permissions: String
    /// nil: that of the device at `hostPath`.
    package var number: Number?
    /// Permission bits and owner of the node in the container; nil: the host's.
    package var mode: UInt32?
    package var uid: UInt32?
    package var gid: UInt32?
    package init(
        hostPath: String = "",
        containerPath: String = "",
        permissions: String = "rwm",
        number: Number? = nil,
        mode: UInt32? = nil,
        uid: UInt32? = nil,
        gid: UInt32? = nil
    ) {
        self.hostPath = hostPath
        self.containerPath = containerPath
        self.permissions = permissions
        self.number = number
        self.mode = mode
        self.uid = uid
        self.gid = gid
    }
}
