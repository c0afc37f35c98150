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
