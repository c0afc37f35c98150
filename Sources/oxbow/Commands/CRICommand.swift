import ArgumentParser
import CNI
import CRIServer
import Core
import DirectCRI
import GRPC

struct CRICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cri", abstract: "The direct path: the CRI served in process over the container core.")

    @Option(help: "Where the CRI is served.")
    var socket = SocketAddress(path: "/run/oxbow/cri.sock")

    @Option(help: "State folder.")
    var root = "/var/lib/oxbow/cri"

    @Option(help: "Image of the process that holds a sandbox's namespaces.")
    var pauseImage = "localhost/pause:1"

    @Option(help: "At the end, write what a container start spent its time on to this file.")
    var startBreakdown: String?

    @OptionGroup var network: NetworkOptions
    @OptionGroup var streaming: StreamingOptions
    @OptionGroup var registries: RegistryOptions
    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        let logger = daemon.logger("oxbow.cri")
        let podNetwork = PluginNetwork(
            .init(
                configurationFolder: network.cniConfDir, programFolders: network.cniBinDir, cacheFolder: root + "/cni",
                refusesTakenPorts: true))
        let core = try await openCore(root: root, network: podNetwork, registries: registries, logger: logger)
        let streams = try await streaming.open(logger)
        let runtime = DirectCRI(
            core: core,
            configuration: .init(
                pauseImage: pauseImage, runtimeVersion: Build.version, networkTemplate: network.template),
            logger: logger,
            streaming: streams)
        let server = GRPCServer(handler: CRIService(runtime: runtime, logger: logger))
        let socket = socket
        try await runDaemon(
            [
                Part { try await core.run() },
                Part { try await streams.run(for: runtime) },
                Part {
                    try await server.run(at: socket.path) {
                        await giveBackStartUpMemory(logger)
                        logger.notice("serving the CRI", metadata: ["socket": "\(socket)"])
                    }
                },
            ], logger: logger)
        try await core.writeStartBreakdown(to: startBreakdown)
    }
}
