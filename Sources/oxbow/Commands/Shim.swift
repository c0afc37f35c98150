import ArgumentParser
import CNI
import CRIServer
import Dockershim
import GRPC

struct Shim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The bridge: the CRI on one socket, every call mapped to Docker Engine REST calls on another.")

    @Option(help: "The Docker Engine behind the bridge: Oxbow's own, or any dockerd.")
    var docker = SocketAddress(path: "/run/oxbow/docker.sock")

    @Option(help: "Where the CRI is served.")
    var socket = SocketAddress(path: "/run/oxbow/dockershim.sock")

    @Option(help: "State folder: sandbox checkpoints.")
    var root = "/var/lib/oxbow/shim"

    @Option(
        help:
            "1.20 sends and answers to the letter what dockershim in kubelet 1.20 did; current does what the CRI asks.")
    var era: Era = .current

    @Option(help: "Image of the process that holds a sandbox's namespaces.")
    var pauseImage = "localhost/pause:1"

    @Option(help: "At the end, write the REST calls and bytes of each CRI method to this file.")
    var restTally: String?

    @OptionGroup var network: NetworkOptions
    @OptionGroup var streaming: StreamingOptions
    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        let logger = daemon.logger("oxbow.shim")
        let podNetwork = PluginNetwork(
            .init(
                configurationFolder: network.cniConfDir, programFolders: network.cniBinDir, cacheFolder: root + "/cni",
                refusesTakenPorts: era != .dockershim120))
        let streams = try await streaming.open(logger)
        let shim = try await Dockershim(
            dockerSocket: docker.path, network: podNetwork,
            configuration: .init(
                root: root, pauseImage: pauseImage, era: era, networkTemplate: network.template), logger: logger,
            streaming: streams)
        let server = GRPCServer(handler: CRIService(runtime: shim, logger: logger, statusOf: era.status))
        let socket = socket
        try await runDaemon(
            [
                Part { try await streams.run(for: shim) },
                Part { await shim.run() },
                Part {
                    try await server.run(at: socket.path) {
                        await giveBackStartUpMemory(logger)
                        logger.notice("serving the CRI", metadata: ["socket": "\(socket)", "era": "\(era)"])
                    }
                },
            ], logger: logger)
        if let restTally { try await shim.tally.write(to: restTally) }
    }
}
