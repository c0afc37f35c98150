package struct FilesystemFigures: Sendable {
    package var mountpoint: String
    package var usedBytes: UInt64
    package var usedInodes: UInt64
    package init(
        mountpoint: String = "",
        usedBytes: UInt64 = 0,
        usedInodes: UInt64 = 0
    ) {
        self.mountpoint = mountpoint
        self.usedBytes = usedBytes
        self.usedInodes = usedInodes
    }
}
