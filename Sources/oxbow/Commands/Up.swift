import ArgumentParser
import Comparison
import Dockershim
import Faults
import Linux
import Logging

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Starts a stage's daemons in the foreground for a kubelet, crictl or docker to use.")

    enum Stage: String, CaseIterable, ExpressibleByArgument {
        case dockershim
        case criPlugin = "cri-plugin"
    }

    @Argument(help: "dockershim or cri-plugin.")
    var stage: Stage

    @Option(help: "Where the CRI is served (default: /run/oxbow/dockershim.sock or /run/oxbow/cri.sock).")
    var criSocket: SocketAddress?

    @Option(help: "Where the Docker API is served (dockershim only).")
    var dockerSocket = SocketAddress(path: "/run/oxbow/docker.sock")

    @Option(help: "The bridge's era: 1.20 or current (dockershim only).")
    var era: Era = .current

    @Option(help: "State folder.")
    var root = "/var/lib/oxbow"

    @OptionGroup var streaming: StreamingOptions
    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        let logger = daemon.logger("oxbow.up")
        let level = daemon.logLevel.rawValue
        let definition =
            switch stage {
            case .dockershim:
                StageDefinition.dockershim(
                    docker: dockerSocket.path, cri: criSocket?.path ?? "/run/oxbow/dockershim.sock",
                    era: era.rawValue, logLevel: level, network: streaming.arguments)
            case .criPlugin:
                StageDefinition.criPlugin(
                    cri: criSocket?.path ?? "/run/oxbow/cri.sock", logLevel: level,
                    network: streaming.arguments)
            }
        let daemons = definition.placed(in: root).daemons
        let parts = daemons.enumerated().map { index, each in
            Part { try await runChild(each, after: daemons.prefix(index).map(\.socket), logger: logger) }
        }
        try await runDaemon(parts, logger: logger)
    }
}

/// Runs one daemon of the stage until we are told to stop; its own end before that is an error.
private func runChild(_ daemon: StageDefinition.Daemon, after sockets: [String], logger: Logger) async throws {
    for socket in sockets { try await ready(socket) }
    let child = try await Processes.shared.start(
        Command(daemon.program, daemon.arguments, environment: [Command.path], descriptors: [1: 1, 2: 2]))
    let status = await withTaskCancellationHandler {
        await withTaskGroup(of: Void.self) { group in
            // Said on standard output for the person at the terminal and for scripts that wait for it. A daemon that does
            // not get ready ends by itself, which the status tells.
            group.addTask {
                guard (try? await ready(daemon.socket)) != nil else { return }
                StandardStreams.writeOutput("\(daemon.name): unix://\(daemon.socket)\n")
            }
            let status = await Processes.shared.wait(for: child)
            group.cancelAll()
            return status
        }
    } onCancel: {
        do {
            try Signals.send(15, to: child)
        } catch {
            logger.error(
                "a daemon cannot be told to stop", metadata: ["daemon": "\(daemon.name)", "error": "\(error)"])
        }
    }
    guard Task.isCancelled else { throw OxbowError(.runtimeDown, "\(daemon.name): ended by itself (\(status))") }
}

/// Waits until a daemon has bound its socket, which it does when it is ready.
/// - Throws: `.runtimeDown` after a minute.
private func ready(_ socket: String) async throws {
    for _ in 0..<1200 {
        if Files.exists(socket) { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    throw OxbowError(.runtimeDown, "socket: not there after a minute (\(socket))")
}
