import DockerAPI

extension DockerClient {
    func version() async throws(DockerFailure) -> DaemonVersion {
        try decode(DaemonVersion.self, await call("GET", "/version"))
    }

    func info() async throws(DockerFailure) -> DaemonInfo {
        try decode(DaemonInfo.self, await call("GET", "/info"))
    }

    /// Walks what the daemon stores: costs it seconds on a full disk.
    func diskUsage() async throws(DockerFailure) -> DiskUsage {
        try decode(DiskUsage.self, await call("GET", "/system/df"))
    }
}

/// What the bridge reads of `GET /system/df`.
struct DiskUsage: GoObject {
    struct Writable: GoObject {
        /// Bytes of the container's writable layer.
        var sizeRw: Int64 = 0
        init() {}
        static let members: GoMembers<Self> = [.always("SizeRw", \.sizeRw)]
    }

    /// Bytes of all image layers, each counted once.
    var layersSize: Int64 = 0
    var containers: [Writable]?
    init() {}
    static let members: GoMembers<Self> = [.always("LayersSize", \.layersSize), .always("Containers", \.containers)]
}
