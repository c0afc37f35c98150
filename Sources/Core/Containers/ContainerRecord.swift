package import CNI

package struct ContainerRecord: Sendable, Codable {
    package enum State: String, Sendable, Codable { case created, running, exited }
    package var id: String
    package var spec: ContainerSpec
    package var state: State
    package var pid: Int32
    package var createdAt: Int64
    package var startedAt: Int64
    /// When the last run ended, or the last start failed.
    package var finishedAt: Int64
    package var exitCode: Int32
    package var oomKilled: Bool
    /// Why the last start failed; "" otherwise.
    package var startError: String
    package var network: NetworkResult?
    /// The path of the pinned network namespace (`.pod` networks), else "".
    package var networkNamespace: String
    package var cgroupPath: String
    package var rootfsPath: String
    package var logPath: String
    /// Host paths of the files bound over /etc/resolv.conf, /etc/hosts and /etc/hostname ("" when not bound).
    package var resolvConfPath: String
    package var hostsPath: String
    package var hostnamePath: String
    /// The handler that was used: `crun` or `runc`.
    package var runtime: String
    package var overlay: OverlayPaths
    /// Image volumes, by their place in `spec.mounts`.
    package var volumes: [Int: VolumePaths]
    /// What the user part resolved to.
    package var uid: UInt32
    package var gid: UInt32
    /// With `gid`, which comes first.
    package var supplementalGroups: [UInt32]
    package init(
        id: String = "",
        spec: ContainerSpec,
        state: State,
        pid: Int32 = 0,
        createdAt: Int64 = 0,
        startedAt: Int64 = 0,
        finishedAt: Int64 = 0,
        exitCode: Int32 = 0,
        oomKilled: Bool = false,
        startError: String = "",
        network: NetworkResult? = nil,
        networkNamespace: String = "",
        cgroupPath: String = "",
        rootfsPath: String = "",
        logPath: String = "",
        resolvConfPath: String = "",
        hostsPath: String = "",
        hostnamePath: String = "",
        runtime: String = "",
        overlay: OverlayPaths,
        volumes: [Int: VolumePaths] = [:],
        uid: UInt32 = 0,
        gid: UInt32 = 0,
        supplementalGroups: [UInt32] = []
    ) {
        self.id = id
        self.spec = spec
        self.state = state
        self.pid = pid
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.exitCode = exitCode
        self.oomKilled = oomKilled
        self.startError = startError
        self.network = network
        self.networkNamespace = networkNamespace
        self.cgroupPath = cgroupPath
        self.rootfsPath = rootfsPath
        self.logPath = logPath
        self.resolvConfPath = resolvConfPath
        self.hostsPath = hostsPath
        self.hostnamePath = hostnamePath
        self.runtime = runtime
        self.overlay = overlay
        self.volumes = volumes
        self.uid = uid
        self.gid = gid
        self.supplementalGroups = supplementalGroups
    }
}
