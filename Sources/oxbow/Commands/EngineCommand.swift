import ArgumentParser
import CNI
import Core
import Engine
import HTTPServer

struct EngineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract:
            "The monolith: a Docker-Engine-compatible REST API with images, containers and networks in one process.")

    @Option(help: "Where the REST API is served.")
    var socket = SocketAddress(path: "/run/oxbow/docker.sock")

    @Option(help: "State folder.")
    var root = "/var/lib/oxbow/engine"

    @Option(help: "At the end, write what a container start spent its time on to this file.")
    var startBreakdown: String?

    @OptionGroup var network: NetworkOptions
    @OptionGroup var registries: RegistryOptions
    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        let logger = daemon.logger("oxbow.engine")
        // Docker's default network is the engine's own affair, whatever /etc/cni/net.d says for pods.
        let bridge = PluginNetwork(
            .init(
                configurationFolder: root + "/networks", programFolders: network.cniBinDir, cacheFolder: root + "/cni",
                fallback: PluginNetwork.ownBridge(name: "oxbow-engine", bridge: "oxbow-docker0", subnet: "10.89.0.0/16")
            ))
        let logs = LogStore(logger: logger)
        let core = try await openCore(root: root, network: bridge, output: logs, registries: registries, logger: logger)
        let engine = Engine(core: core, configuration: .init(root: root), logs: logs, logger: logger)
        await engine.open()
        let server = HTTPServer(respond: engine.respond)
        let socket = socket
        try await runDaemon(
            [
                Part { try await core.run() },
                Part { await engine.run() },
                Part {
                    try await server.run(at: socket.path) {
                        await giveBackStartUpMemory(logger)
                        logger.notice("serving the Docker Engine API", metadata: ["socket": "\(socket)"])
                    }
                },
            ], logger: logger)
        try await core.writeStartBreakdown(to: startBreakdown)
    }
}
