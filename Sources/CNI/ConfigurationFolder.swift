import Linux
import Logging
import Synchronization

/// Chooses the network: the first valid configuration of a folder, read again when the folder has changed.
final class ConfigurationFolder: Sendable {
    private struct Choice {
        var folderModified: Int64?
        var network: NetworkList?
    }

    private let configuration: PluginNetwork.Configuration
    private let logger: Logger
    private let chosen = Mutex<Choice?>(nil)

    init(_ configuration: PluginNetwork.Configuration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Blocks on small files. nil: no valid configuration and no fallback.
    func network() -> NetworkList? {
        let modified = Files.modified(configuration.configurationFolder)
        if let known = chosen.withLock({ $0 }), known.folderModified == modified { return known.network }
        let network = read()
        chosen.withLock { $0 = Choice(folderModified: modified, network: network) }
        return network
    }

    private func read() -> NetworkList? {
        // A folder that is not there has no configurations.
        let names = (try? Files.entries(of: configuration.configurationFolder)) ?? []
        for name in names.sorted() where [".conf", ".conflist", ".json"].contains(where: name.hasSuffix) {
            let path = "\(configuration.configurationFolder)/\(name)"
            do {
                let network = try NetworkList(parsing: Files.read(path, limit: 1 << 20))
                if let absent = network.plugins.first(where: { program(of: $0) == nil }) {
                    throw NetworkList.Malformed(reason: "plugin program not found (\(absent.type))")
                }
                logger.info("pod network chosen", metadata: ["network": "\(network.name)", "file": "\(path)"])
                return network
            } catch {
                logger.warning("network configuration passed over", metadata: ["file": "\(path)", "error": "\(error)"])
            }
        }
        guard let fallback = configuration.fallback else { return nil }
        do {
            let network = try NetworkList(parsing: Array(fallback.utf8))
            guard network.plugins.allSatisfy({ program(of: $0) != nil }) else {
                throw NetworkList.Malformed(reason: "no plugin programs in \(configuration.programFolders)")
            }
            logger.info(
                "no network configuration found: using our own bridge", metadata: ["network": "\(network.name)"])
            return network
        } catch {
            logger.warning("our own bridge cannot be used", metadata: ["error": "\(error)"])
            return nil
        }
    }

    func program(of plugin: NetworkList.Plugin) -> String? {
        configuration.programFolders.map { "\($0)/\(plugin.type)" }.first { Command.find($0) != nil }
    }
}
