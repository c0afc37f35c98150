package import Faults
import FoundationEssentials
import Linux
package import Logging
import Synchronization

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
        /// Whether a pod is refused whose port of the host another pod or a program has. dockershim's were not.
        package var refusesTakenPorts = false
        /// All the plugins of one ADD or DEL together.
        package var deadline: Duration = .seconds(220)

        package init(
            configurationFolder: String = "/etc/cni/net.d",
            programFolders: [String] = ["/opt/cni/bin", "/usr/lib/cni"], cacheFolder: String,
            fallback: String? = PluginNetwork.ownBridge(), refusesTakenPorts: Bool = false
        ) {
            self.configurationFolder = configurationFolder
            self.programFolders = programFolders
            self.cacheFolder = cacheFolder
            self.fallback = fallback
            self.refusesTakenPorts = refusesTakenPorts
        }
    }

    /// CNI_IFNAME: every pod has this one.
    static let interface = "eth0"

    private let configuration: Configuration
    private let folder: ConfigurationFolder
    private let cache: ResultCache
    private let turns = PodTurns()
    private let claims = HostPortClaims()
    private let hasReadClaims = Mutex(false)
    private let log: Logger

    package init(_ configuration: Configuration, logger: Logger = Logger(label: "oxbow.cni")) {
        self.configuration = configuration
        log = logger
        folder = ConfigurationFolder(configuration, logger: logger)
        cache = ResultCache(folder: configuration.cacheFolder)
    }

    /// A bridge + portmap conflist of our own, for hosts that have none. Version 0.4.0, as plugins of hosts that kept
    /// dockershim know no 1.0.0.
    /// - Parameter leaseFolder: where `host-local` keeps its leases; nil: `/var/lib/cni/networks`.
    package static func ownBridge(
        name: String = "oxbow", bridge: String = "oxbow0", subnet: String = "10.87.0.0/16", leaseFolder: String? = nil
    ) -> String {
        let dataDir = leaseFolder.map { #" "dataDir": "\#($0)","# } ?? ""
        return """
            {"cniVersion": "0.4.0", "name": "\(name)", "plugins": [
              {"type": "bridge", "bridge": "\(bridge)", "isGateway": true, "ipMasq": true, "hairpinMode": true,
               "ipam": {"type": "host-local",\(dataDir) "ranges": [[{"subnet": "\(subnet)"}]],
                        "routes": [{"dst": "0.0.0.0/0"}]}},
              {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true}
            ]}
            """
    }

    package func problem() async -> String? {
        await network() == nil ? "cni config uninitialized" : nil
    }

    /// - Throws: `.runtimeDown` when there is no network or a plugin cannot run, `.tooLate`, `.cancelled`, and `.ours` with
    ///   the plugin's own words. What the plugins had done by then is taken back.
    package func attach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError) -> NetworkResult {
        try await readClaims()
        return try await turns.run(request.pod.id) { () async throws(OxbowError) in
            try claim(request)
            do throws(OxbowError) {
                return try await add(request, namespacePath)
            } catch {
                claims.release(request.pod.id)
                throw error
            }
        }
    }

    /// - Throws: `.wrongState` when a port is not to be had; then nothing is claimed.
    private func claim(_ request: NetworkRequest) throws(OxbowError) {
        guard configuration.refusesTakenPorts, !request.publishedPorts.isEmpty else { return }
        try claims.claim(request)
        // Binding waits for nothing, so it needs no thread of its own.
        do throws(OxbowError) { try HostPortClaims.probe(request.publishedPorts) } catch {
            claims.release(request.pod.id)
            throw error
        }
    }

    /// The claims of pods that an earlier process attached, before the first of ours changes any.
    private func readClaims() async throws(OxbowError) {
        guard configuration.refusesTakenPorts, !hasReadClaims.withLock({ $0 }) else { return }
        // No pod has an empty id, so nobody else waits for this turn.
        try await turns.run("") { () async throws(OxbowError) in
            guard !hasReadClaims.withLock({ $0 }) else { return }
            for request in try await kept({ self.cache.requests() }) where !request.publishedPorts.isEmpty {
                do throws(OxbowError) { try claims.claim(request) } catch {
                    // Both were attached when nobody minded; the first keeps the port.
                    log.warning("\(error.message)", metadata: ["pod": "\(request.pod.id)"])
                }
            }
            hasReadClaims.withLock { $0 = true }
        }
    }

    /// Of a pod that was never attached, or is detached already, what may be left is taken back all the same; without a
    /// network there can be nothing.
    ///
    /// When the namespace is gone, plugins leave masquerading rules behind; those are taken away too (`MasqueradeRules`).
    package func detach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError) {
        try await readClaims()
        try await turns.run(request.pod.id) { () async throws(OxbowError) in
            let entry = try await kept { self.cache.entry(for: request.pod.id) }
            // The network it was attached to, though the configuration may have changed since.
            var network = entry.flatMap { try? NetworkList($0.network, as: .list) }
            if network == nil { network = await self.network() }
            guard let network else { return }
            // Never attached, as far as is known: a daemon that died may have begun to.
            if entry == nil { try await endStrays(request.pod.id) }
            try await delete(network, request, namespacePath, entry)
            try await kept { try self.cache.forget(request.pod.id) }
            claims.release(request.pod.id)
        }
    }

    private func add(_ request: NetworkRequest, _ namespacePath: String) async throws(OxbowError) -> NetworkResult {
        guard let network = await network() else { throw OxbowError(.runtimeDown, "network: cni config uninitialized") }
        let end = ContinuousClock.now + configuration.deadline
        do {
            var result: JSONValue?
            for plugin in network.plugins where network.hasWork(for: plugin, request) {
                let input = network.input(for: plugin, request, previous: result)
                result = try await run(plugin, .add, request, namespacePath, input, until: end) ?? result
            }
            let final = result ?? .object([:])
            let entry = ResultCache.Entry(network: network.document, request: request, result: final)
            try await kept { try self.cache.keep(entry, for: request.pod.id) }
            return NetworkResult(final)
        } catch {
            // What the plugins before it did must not stay; the ADD's own error is the one to report.
            do throws(OxbowError) {
                try await delete(network, request, namespacePath, nil)
            } catch let cleanUp {
                throw OxbowError(error.kind, "\(error.message); and taking it back: \(cleanUp.message)", origin: error)
            }
            throw error
        }
    }

    private func network() async -> NetworkList? {
        // Reading the folder cannot throw; the pool refuses work only while the process ends.
        try? await blocking { self.folder.network() }
    }

    private func endStrays(_ pod: String) async throws(OxbowError) {
        do { try await StrayPlugins.end(pod: pod) } catch {
            throw OxbowError(.ours, "network: plugins of an earlier daemon cannot be ended", origin: error)
        }
    }

    private func kept<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws(OxbowError) -> T {
        do { return try await blocking(body) } catch {
            throw OxbowError(.ours, "network: result cannot be kept", origin: error)
        }
    }

    private func delete(
        _ network: NetworkList, _ request: NetworkRequest, _ namespacePath: String, _ entry: ResultCache.Entry?
    ) async throws(OxbowError) {
        let end = ContinuousClock.now + configuration.deadline
        let attached = entry?.request ?? request
        let previous = network.passesResultToDelete ? entry?.result : nil
        // Plugins take an empty path as "the namespace is gone", and a wrong one as an error.
        let gone = await isGone(namespacePath)
        for plugin in network.plugins.reversed() where network.hasWork(for: plugin, attached) {
            let input = network.input(for: plugin, attached, previous: previous)
            _ = try await run(plugin, .delete, attached, gone ? "" : namespacePath, input, until: end)
        }
        // It may have gone in the middle; and what is not known to have been attached may have been half way.
        let wentMeanwhile = await isGone(namespacePath)
        guard network.masquerades, gone || wentMeanwhile || entry == nil else { return }
        if let problem = await MasqueradeRules.remove(pod: request.pod.id, deadline: end - ContinuousClock.now) {
            // They hurt nobody but whoever gets the address next, and only until that pod's own rules.
            log.warning("masquerading rules are left", metadata: ["pod": "\(request.pod.id)", "error": "\(problem)"])
        }
    }

    private func isGone(_ namespacePath: String) async -> Bool {
        // The pool refuses work only while the process ends.
        (try? await blocking { !NetworkNamespaces.isOne(namespacePath) }) ?? false
    }

    private enum Verb: String {
        case add = "ADD"
        case delete = "DEL"
    }

    /// ADD ends with the caller's task; DEL does not, as it takes back what a cancelled request began.
    /// - Returns: the plugin's result; nil when it printed none (DEL).
    private func run(
        _ plugin: NetworkList.Plugin, _ verb: Verb, _ request: NetworkRequest, _ namespacePath: String,
        _ input: JSONValue, until end: ContinuousClock.Instant
    ) async throws(OxbowError) -> JSONValue? {
        guard let program = folder.program(of: plugin) else {
            throw OxbowError(.runtimeDown, "network: plugin program not found (\(plugin.type))")
        }
        let environment = [
            Command.path, "CNI_COMMAND=\(verb.rawValue)", "CNI_CONTAINERID=\(request.pod.id)",
            "CNI_NETNS=\(namespacePath)", "CNI_IFNAME=\(PluginNetwork.interface)", "CNI_ARGS=\(request.arguments)",
            "CNI_PATH=\(configuration.programFolders.joined(separator: ":"))",
        ]
        let result: CommandResult
        do {
            result = try await Processes.shared.run(
                Command(program, [], environment: environment), input: Array(try JSONEncoder().encode(input)),
                deadline: end - ContinuousClock.now, survivesCancellation: verb == .delete)
        } catch {
            throw Self.failure(plugin, verb, error)
        }
        let answer = try? JSONDecoder().decode(JSONValue.self, from: Data(result.output))
        guard result.status == .exited(0) else {
            let words = PluginError.words(answer: answer, errors: result.errors)
            throw OxbowError(.ours, "network: plugin \(plugin.type) failed to \(verb.rawValue): \(words)")
        }
        return answer
    }

    private static func failure(_ plugin: NetworkList.Plugin, _ verb: Verb, _ error: any Error) -> OxbowError {
        let subject = "network: plugin \(plugin.type) with \(verb.rawValue)"
        return switch (error as? SpawnFailure)?.reason {
        case .deadline: OxbowError(.tooLate, "\(subject): deadline exceeded", origin: error)
        case .cancelled: OxbowError(.cancelled, "\(subject): request cancelled", origin: error)
        case .notFound, .errno, .outputLimit, nil: OxbowError(.runtimeDown, "\(subject): did not run", origin: error)
        }
    }
}
