package import Faults
import FoundationEssentials
import Linux
package import Logging

/// Runs the plugins of the first valid configuration in a folder (`*.conf`, `*.conflist`, `*.json`, lexical order).
///
/// The `loopback` plugin is not run: namespaces that we make have `lo` up (`NetworkNamespaces.create`), and so have those
/// that an OCI runtime makes for a pause container.
package final class PluginNetwork: PodNetwork {
    package struct Configuration: Sendable {
        /// `/etc/cni/net.d`
        package var configurationFolder: String
        /// Where plugin programs are looked for, in order: `/opt/cni/bin`, `/usr/lib/cni`.
        package var programFolders: [String]
        /// Results of ADD are kept here, for DEL's `prevResult`.
        package var cacheFolder: String
        /// Used when the folder holds no valid configuration; nil: then there is no network.
        package var fallback: String?
        /// All the plugins of one ADD or DEL together.
        package var deadline: Duration = .seconds(220)

        package init(
            configurationFolder: String = "/etc/cni/net.d",
            programFolders: [String] = ["/opt/cni/bin", "/usr/lib/cni"], cacheFolder: String,
            fallback: String? = PluginNetwork.ownBridge()
        ) {
            self.configurationFolder = configurationFolder
            self.programFolders = programFolders
            self.cacheFolder = cacheFolder
            self.fallback = fallback
        }
    }

    private let configuration: Configuration
    private let folder: ConfigurationFolder
    private let cache: ResultCache

    package init(_ configuration: Configuration, logger: Logger = Logger(label: "oxbow.cni")) {
        self.configuration = configuration
        folder = ConfigurationFolder(configuration, logger: logger)
        cache = ResultCache(folder: configuration.cacheFolder)
    }

    /// A bridge + portmap conflist of our own, for hosts that have none.
    package static func ownBridge(
        name: String = "oxbow", bridge: String = "oxbow0", subnet: String = "10.87.0.0/16"
    ) -> String {
        """
        {"cniVersion": "0.4.0", "name": "\(name)", "plugins": [
          {"type": "bridge", "bridge": "\(bridge)", "isGateway": true, "ipMasq": true, "hairpinMode": true,
           "ipam": {"type": "host-local", "ranges": [[{"subnet": "\(subnet)"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
          {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true}
        ]}
        """
    }

    package func problem() async -> String? {
        await network() == nil ? "cni config uninitialized" : nil
    }

    package func attach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError) -> NetworkResult {
        guard let network = await network() else { throw OxbowError(.runtimeDown, "network: cni config uninitialized") }
        let end = ContinuousClock.now + configuration.deadline
        do {
            var result: JSONValue?
            for plugin in network.plugins where network.hasWork(for: plugin, request) {
                let input = network.input(for: plugin, request, previous: result)
                result = try await run(plugin, "ADD", request, namespacePath, input, until: end) ?? result
            }
            let final = result ?? .object([:])
            let entry = ResultCache.Entry(network: network.document, request: request, result: final)
            try await kept { try self.cache.keep(entry, for: request.pod.id) }
            return NetworkResult(final)
        } catch {
            // What the plugins before it did must not stay; the ADD's own error is the one to report.
            do throws(OxbowError) {
                try await delete(network, request, namespacePath, previous: nil)
            } catch let cleanUp {
                throw OxbowError(error.kind, "\(error.message); and taking it back: \(cleanUp.message)", origin: error)
            }
            throw error
        }
    }

    package func detach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError) {
        let entry = try await kept { self.cache.entry(for: request.pod.id) }
        // The network it was attached to, though the configuration may have changed since.
        let remembered = entry.flatMap { try? NetworkList(stored: $0.network) }
        var network = remembered
        if network == nil { network = await self.network() }
        guard let network else { throw OxbowError(.runtimeDown, "network: cni config uninitialized") }
        try await delete(network, entry?.request ?? request, namespacePath, previous: entry?.result)
        try await kept { try self.cache.forget(request.pod.id) }
    }

    private func network() async -> NetworkList? {
        // Reading the folder cannot throw; the pool refuses work only while the process ends.
        try? await blocking { self.folder.network() }
    }

    private func kept<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws(OxbowError) -> T {
        do { return try await blocking(body) } catch {
            throw OxbowError(.ours, "network: result cannot be kept", origin: error)
        }
    }

    private func delete(
        _ network: NetworkList, _ request: NetworkRequest, _ namespacePath: String, previous: JSONValue?
    ) async throws(OxbowError) {
        let end = ContinuousClock.now + configuration.deadline
        for plugin in network.plugins.reversed() where network.hasWork(for: plugin, request) {
            let input = network.input(for: plugin, request, previous: previous)
            _ = try await run(plugin, "DEL", request, namespacePath, input, until: end)
        }
    }

    /// - Returns: the plugin's result; nil when it printed none (DEL).
    private func run(
        _ plugin: NetworkList.Plugin, _ command: String, _ request: NetworkRequest, _ namespacePath: String,
        _ input: JSONValue, until end: ContinuousClock.Instant
    ) async throws(OxbowError) -> JSONValue? {
        guard let program = folder.program(of: plugin) else {
            throw OxbowError(.runtimeDown, "network: plugin program not found (\(plugin.type))")
        }
        let environment = [
            Command.path, "CNI_COMMAND=\(command)", "CNI_CONTAINERID=\(request.pod.id)", "CNI_NETNS=\(namespacePath)",
            "CNI_IFNAME=eth0", "CNI_ARGS=\(request.arguments)",
            "CNI_PATH=\(configuration.programFolders.joined(separator: ":"))",
        ]
        let result: CommandResult
        do {
            result = try await Processes.shared.run(
                Command(program, [], environment: environment), input: Array(try JSONEncoder().encode(input)),
                deadline: end - ContinuousClock.now)
        } catch {
            throw OxbowError(.runtimeDown, "network: plugin \(plugin.type) did not run", origin: error)
        }
        let answer = try? JSONDecoder().decode(JSONValue.self, from: Data(result.output))
        guard result.status == .exited(0) else {
            let words = answer?["msg"]?.string ?? String(decoding: result.errors.prefix(500), as: UTF8.self)
            let detail = answer?["details"]?.string.map { ": \($0)" } ?? ""
            throw OxbowError(.ours, "network: plugin \(plugin.type) failed to \(command): \(words)\(detail)")
        }
        return answer
    }
}
