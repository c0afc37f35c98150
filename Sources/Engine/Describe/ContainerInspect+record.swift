import Core
import DockerAPI
import OCI

extension ContainerInspect {
    /// - Parameters:
    ///   - execs: ids of execs that have not ended.
    ///   - now: nanoseconds since 1970.
    init(
        of record: ContainerRecord, document: ContainerDocument, execs: [String], isRestarting: Bool, now: Int64
    ) {
        self.init()
        id = record.id
        created = DockerTime.text(record.createdAt)
        path = document.config.arguments.first ?? ""
        args = Array(document.config.arguments.dropFirst())
        state = ContainerState(of: record, isRestarting: isRestarting, now: now)
        image = record.spec.image.description
        let etc = EtcPaths(of: record)
        resolvConfPath = etc.resolvConf
        hostsPath = etc.hosts
        hostnamePath = etc.hostname
        // As Docker: there is none before the first start.
        logPath = record.startedAt == 0 ? "" : LogPaths(record)?.json ?? ""
        name = "/" + record.spec.name
        restartCount = document.restartCount
        driver = "overlay2"
        platform = "linux"
        processLabel = record.spec.process.selinuxLabel
        appArmorProfile = record.spec.process.apparmorProfile
        execIDs = execs.isEmpty ? nil : execs.sorted()
        hostConfig = document.hostConfig
        graphDriver = GraphDriver(record.overlay)
        mounts = document.mountPoints
        config = document.config
        networkSettings = NetworkSettings(of: record, document: document)
    }
}

extension ContainerState {
    init(of record: ContainerRecord, isRestarting: Bool, now: Int64) {
        self.init()
        status = ContainerStatus(of: record, isRestarting: isRestarting, now: now).word
        running = record.state == .running || isRestarting
        restarting = isRestarting
        oomKilled = record.oomKilled
        pid = record.state == .running ? Int(record.pid) : 0
        startedAt = DockerTime.text(record.startedAt)
        finishedAt = DockerTime.text(record.state == .exited ? record.finishedAt : 0)
        error = record.startError
        exitCode =
            record.startError.isEmpty ? Int(record.exitCode) : Int(StartFailure(record.startError).exitCode)
    }
}

extension GraphDriver {
    init(_ overlay: OverlayPaths) {
        self.init(
            name: "overlay2",
            data: [
                "LowerDir": overlay.lower.joined(separator: ":"), "UpperDir": overlay.upper, "WorkDir": overlay.work,
                "MergedDir": overlay.merged,
            ])
    }
}

extension ContainerDocument {
    /// What the client asked to be mounted; it was checked when the container was made, so it can be read again.
    var mountPoints: [MountPoint] { (try? MountMapping(hostConfig, exists: { _ in true }))?.points ?? [] }
}
