import Core
import DockerAPI
import HTTPServer
import Linux
import NIOCore
import OCI

extension Engine {
    /// `GET /info`: what `docker info` shows and the kubelet's shims check at start-up.
    @Sendable func info(_ call: Call) async throws -> ServerResponse {
        let facts = await core.facts()
        let host = try await HostFacts.read()
        let containers = await core.containers()
        var info = DaemonInfo()
        // Stable for this root on this host, as a key would be.
        info.id = Self.daemonID(root: facts.root, host: host.hostname)
        info.containers = containers.count
        info.containersRunning = containers.count { $0.state == .running }
        info.containersStopped = containers.count { $0.state != .running }
        info.images = try await core.images().count
        info.driver = "overlay2"
        info.driverStatus = [["Supports d_type", "true"], ["Native Overlay Diff", "true"]]
        info.plugins.network = ["bridge", "host", "null"]
        info.plugins.log = ["json-file", "none"]
        info.memoryLimit = true
        info.swapLimit = true
        info.cpuCfsPeriod = true
        info.cpuCfsQuota = true
        info.cpuShares = true
        info.cpuSet = true
        info.pidsLimit = true
        info.oomKillDisable = facts.cgroupVersion == 1
        info.ipv4Forwarding = host.forwardsIPv4
        info.systemTime = DockerTime.text(now)
        // The kubelet follows log files only of this driver. The files are in CRI format, which it reads as well.
        info.loggingDriver = "json-file"
        info.cgroupDriver = facts.cgroupDriver
        info.cgroupVersion = "\(facts.cgroupVersion)"
        info.eventListeners = events.listenerCount
        info.kernelVersion = host.kernel
        info.operatingSystem = host.operatingSystem
        info.osVersion = host.osVersion
        info.osType = "linux"
        info.architecture = HostFacts.architecture
        info.indexServerAddress = "https://index.docker.io/v1/"
        info.registryConfig = Self.registries
        info.cpus = host.cpus
        info.memTotal = host.memory
        info.dockerRootDir = facts.root
        info.name = host.hostname
        info.serverVersion = configuration.version
        let features = [DaemonInfo.RuntimePath.featuresKey: Self.features(facts)]
        info.runtimes = facts.runtimes.mapValues { .init(path: $0, status: features) }
        info.defaultRuntime = facts.defaultRuntime
        info.initBinary = configuration.initProgram
        info.runcCommit = .init(id: facts.runtimeVersions[facts.defaultRuntime] ?? "")
        info.securityOptions = ["name=seccomp,profile=default"]
        if let problem = await core.networkProblem() { info.warnings = ["WARNING: network: \(problem)"] }
        return try Answer.json(info, version: call.version)
    }

    /// The part of the OCI features document that clients decide by: what a mount may ask for.
    private static func features(_ facts: CoreFacts) -> String {
        let options =
            ["bind", "rbind", "ro", "rprivate", "rshared", "rslave"] + (facts.recursiveReadOnly ? ["rro"] : [])
        return #"{"mountOptions":["\#(options.joined(separator: #"",""#))"]}"#
    }

    private static var registries: DaemonInfo.RegistryConfig {
        var config = DaemonInfo.RegistryConfig()
        config.insecureRegistryCIDRs = ["127.0.0.0/8"]
        var hub = DaemonInfo.RegistryConfig.Index()
        hub.name = "docker.io"
        hub.official = true
        config.indexConfigs = ["docker.io": hub]
        return config
    }

    /// Twelve groups of four digits, as Docker's look.
    static func daemonID(root: String, host: String) -> String {
        var digits = Digest.of(ByteBuffer(string: "\(host):\(root)")).hex.uppercased().prefix(48)[...]
        var groups: [Substring] = []
        while !digits.isEmpty {
            groups.append(digits.prefix(4))
            digits = digits.dropFirst(4)
        }
        return groups.joined(separator: ":")
    }
}
