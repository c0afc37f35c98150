import CNI
import Core
import Engine
import Glibc
import HTTPServer
import Linux
import Logging
import TestSupport
import Testing

/// A Docker Engine over a real core in folders of its own, asked by the real docker command line.
struct EngineHost: Sendable {
    let folder: TemporaryFolder
    let number: UInt8

    static let problem: String? = {
        if let problem = Host.containerProblem { return problem }
        return Command.find("docker") == nil ? "needs docker: run Compat/setup" : nil
    }()

    var socket: String { folder.appending("docker.sock") }
    private var bridge: String { "oxet\(number)" }

    /// Opens, serves, runs `body`, removes what it made, and ends.
    static func with(_ name: String, _ body: @escaping @Sendable (EngineHost) async throws -> Void) async throws {
        try await TemporaryFolder.with("engine-\(name)") { folder in
            let host = EngineHost(folder: folder, number: SubnetNumbers.next())
            let result: Result<Void, any Error>
            do { result = .success(try await host.serving { try await body(host) }) } catch { result = .failure(error) }
            try await host.serving {
                let ids = try await host.docker("ps", "-aq").output.split(separator: "\n").map(String.init)
                if !ids.isEmpty { _ = try await host.docker(["rm", "-f"] + ids) }
            }
            // There is none when no container had a network.
            _ = try? await Processes.shared.run(Command("ip", ["link", "delete", host.bridge]))
            try result.get()
        }
    }

    /// One life of the engine: a second call finds what the first left.
    func serving(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let logger = CoreFixture.quiet()
        let core = try await LocalCore.open(configuration(logger))
        let engine = Engine(core: core, configuration: .init(root: folder.appending("root")), logger: logger)
        let (ready, isReady) = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await core.run()
                return false
            }
            group.addTask {
                await engine.run()
                return false
            }
            group.addTask { [socket] in
                try await HTTPServer(respond: engine.respond).run(at: socket) { isReady.finish() }
                return false
            }
            for await _ in ready {}
            group.addTask {
                try await body()
                return true
            }
            while let done = try await group.next(), !done {}
            group.cancelAll()
        }
    }

    private func configuration(_ logger: Logger) -> CoreConfiguration {
        let network = PluginNetwork(
            .init(
                configurationFolder: folder.appending("net.d"), cacheFolder: folder.appending("cni"),
                fallback: PluginNetwork.ownBridge(
                    name: "oxbow-engine-\(number)", bridge: bridge, subnet: "10.94.\(number).0/24",
                    leaseFolder: folder.appending("leases"))))
        return CoreConfiguration(
            root: folder.appending("root"), runFolder: folder.appending("run"), network: network,
            cgroupParent: "/oxbow-engine-\(number)", logger: logger)
    }

    struct Said: Sendable, Equatable {
        var output: String
        var errors: String
        var status: Int32
    }

    func docker(_ arguments: String..., input: String = "") async throws -> Said {
        try await docker(arguments, input: input)
    }

    /// What the docker command said, without the last line end.
    func docker(_ arguments: [String], input: String = "") async throws -> Said {
        let command = Command(
            "docker", arguments,
            environment: [Command.path, "DOCKER_HOST=unix://\(socket)", "HOME=\(folder.path)"])
        let result = try await Processes.shared.run(command, input: Array(input.utf8), deadline: .seconds(60))
        func text(_ bytes: [UInt8]) -> String {
            var text = String(decoding: bytes, as: UTF8.self)
            if text.hasSuffix("\n") { text.removeLast() }
            return text
        }
        return Said(output: text(result.output), errors: text(result.errors), status: result.status.code)
    }
}
