import ArgumentParser
import Faults
import Linux
import Logging
import ServiceLifecycle

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Starts a stage's daemons in the foreground for a kubelet, crictl or docker to use.")

    @Argument(help: "dockershim or cri-plugin.")
    var stage: Stage

    @Option(help: "Where the CRI is served.")
    var criSocket: SocketAddress?

    @Option(help: "Where the Docker API is served (dockershim only).")
    var dockerSocket = SocketAddress(path: "/run/oxbow/docker.sock")

    @Option(help: "State folder.")
    var root = "/var/lib/oxbow"

    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        let logger = daemon.logger("oxbow.up")
        let standard = stage == .dockershim ? "/run/oxbow/dockershim.sock" : "/run/oxbow/cri.sock"
        let places = Stage.Places(
            criSocket: criSocket?.path ?? standard, dockerSocket: dockerSocket.path, root: root)
        let daemons = stage.daemons(at: places)
        let level = daemon.logLevel
        var parts: [Part] = []
        for (index, each) in daemons.enumerated() {
            let before = daemons.prefix(index).map(\.socket)
            parts.append(Part { try await runChild(each, level: level, after: before, logger: logger) })
        }
        try await runDaemon(parts, logger: logger)
    }
}

/// Runs one daemon of the stage until we are told to stop; its own end before that is an error.
private func runChild(
    _ daemon: Stage.Daemon, level: Logger.Level, after sockets: [String], logger: Logger
) async throws {
    for socket in sockets { try await ready(socket) }
    let child = try await Processes.shared.start(
        Command(
            "/proc/self/exe", daemon.arguments + ["--log-level", level.rawValue], descriptors: [1: 1, 2: 2]))
    await withTaskCancellationHandler {
        // Said on standard output for the person at the terminal and for scripts that wait for it.
        if (try? await ready(daemon.socket)) != nil { print("\(daemon.name): unix://\(daemon.socket)") }
    } onCancel: {
        terminate(child, daemon.name, logger)
    }
    let status = await withTaskCancellationHandler {
        await Processes.shared.wait(for: child)
    } onCancel: {
        terminate(child, daemon.name, logger)
    }
    guard Task.isCancelled else { throw OxbowError(.runtimeDown, "\(daemon.name): ended by itself (\(status))") }
}

private func terminate(_ child: Int32, _ name: String, _ logger: Logger) {
    do {
        try Signals.send(15, to: child)
    } catch {
        logger.error("a daemon could not be told to stop", metadata: ["daemon": "\(name)", "error": "\(error)"])
    }
}

/// Waits until a socket file is there: daemons bind theirs when they are ready.
/// - Throws: `.runtimeDown` after half a minute.
private func ready(_ socket: String) async throws {
    for _ in 0..<600 {
        if Files.exists(socket) { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    throw OxbowError(.runtimeDown, "socket: not there after 30 s (\(socket))")
}
