import GRPC
import Linux
import TestSupport
import Trace

/// A real containerd with crun and a pod network of its own, for as long as a body runs.
struct ReplayContainerd {
    let socket: String

    static let problem: String? = {
        if let problem = Host.containerProblem { return problem }
        for program in ["containerd", "docker-registry"]
        where !Host.programFolders.contains(where: { Files.exists("\($0)/\(program)") }) {
            return "needs \(program): run Compat/setup"
        }
        return nil
    }()

    static func with<R: Sendable>(_ body: (ReplayContainerd) async throws -> R) async throws -> R {
        try await TemporaryFolder.with("containerd") { folder in
            let runtime = ReplayContainerd(socket: folder.appending("c.sock"))
            try await blocking {
                try Files.makeFolders(folder.appending("cni"))
                try Files.write(folder.appending("cni/10-pods.conflist"), Array(PodNetworkFile.text(folder.path).utf8))
                try Files.write(
                    folder.appending("config.toml"),
                    Array(
                        ContainerdFile.text(
                            folder: folder.path, socket: runtime.socket, networks: folder.appending("cni")
                        ).utf8))
            }
            let pid = try await Processes.shared.start(
                Command("containerd", ["--config", folder.appending("config.toml")], newSession: true))
            let result: Result<R, any Error>
            do {
                try await runtime.waitUntilItAnswers()
                result = .success(try await body(runtime))
            } catch {
                result = .failure(error)
            }
            try Signals.send(15, to: pid)
            _ = await Processes.shared.wait(for: pid)
            return try result.get()
        }
    }

    private func waitUntilItAnswers() async throws {
        let client = GRPCClient(path: socket)
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do throws(GRPCStatus) {
                _ = try await CRIEndpoint.find(client, address: socket, preferred: .v1)
                return await client.close()
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

/// A bridge of the replay tests' own.
enum PodNetworkFile {
    static func text(_ folder: String) -> String {
        """
        {"cniVersion":"1.0.0","name":"replaytest","plugins":[
          {"type":"bridge","bridge":"oxreplay0","isGateway":true,"ipMasq":false,
           "ipam":{"type":"host-local","dataDir":"\(folder)/ipam","ranges":[[{"subnet":"10.94.0.0/24"}]]}},
          {"type":"portmap","capabilities":{"portMappings":true}}]}
        """
    }

    /// Takes the bridge away that the plugins leave.
    static func removeBridge() async throws {
        _ = try await Processes.shared.run(Command("ip", ["link", "delete", "oxreplay0"]))
    }
}
