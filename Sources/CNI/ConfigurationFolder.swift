import Linux
import Logging
import Synchronization

/// Chooses the network: the first valid configuration of a folder, chosen again when its files, or the plugin programs
/// that there are, have changed.
final class ConfigurationFolder: Sendable {
    /// What a choice rests on. A file may be written in place, and a plugin program that is installed after its
    /// configuration makes that valid.
    private struct Basis: Equatable {
        var files: [File]
        /// Names in each of the program folders.
        var programs: [[String]]

        struct File: Equatable {
            var name: String
            var modified: Int64?
            var size: UInt64?
        }
    }

    private let configuration: PluginNetwork.Configuration
    private let logger: Logger
    private let chosen = Mutex<(basis: Basis, network: NetworkList?)?>(nil)

    init(_ configuration: PluginNetwork.Configuration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Blocks on small files. nil: no valid configuration and no fallback.
    func network() -> NetworkList? {
        let basis = basis()
        if let known = chosen.withLock({ $0 }), known.basis == basis { return known.network }
        let network = choose(from: basis.files.map(\.name))
        chosen.withLock { $0 = (basis, network) }
        return network
    }

    private func basis() -> Basis {
        let folder = configuration.configurationFolder
        let names = sortedNames(in: folder).filter { name in
            [".conf", ".conflist", ".json"].contains { name.hasSuffix($0) }
        }
        let files = names.map { name in
            let path = "\(folder)/\(name)"
            return Basis.File(name: name, modified: Files.modified(path), size: Files.size(path))
        }
        return Basis(files: files, programs: configuration.programFolders.map(sortedNames))
    }

    /// A folder that is not there holds nothing.
    private func sortedNames(in folder: String) -> [String] { ((try? Files.entries(of: folder)) ?? []).sorted() }

    private func choose(from names: [String]) -> NetworkList? {
        for name in names {
            let path = "\(configuration.configurationFolder)/\(name)"
            do {
                let network = try usable(
                    NetworkList(
                        parsing: Files.read(path, limit: 1 << 20), as: name.hasSuffix(".conflist") ? .list : .single))
                logger.info("pod network chosen", metadata: ["network": "\(network.name)", "file": "\(path)"])
                return network
            } catch {
                logger.warning("network configuration passed over", metadata: ["file": "\(path)", "error": "\(error)"])
            }
        }
        guard let fallback = configuration.fallback else { return nil }
        do {
            let network = try usable(NetworkList(parsing: Array(fallback.utf8), as: .list))
            logger.info(
                "no network configuration found: using our own bridge", metadata: ["network": "\(network.name)"])
            return network
        } catch {
            logger.warning("our own bridge cannot be used", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func usable(_ network: NetworkList) throws(NetworkList.Malformed) -> NetworkList {
        if let absent = network.plugins.first(where: { program(of: $0) == nil }) {
            throw NetworkList.Malformed(reason: "plugin program not found (\(absent.type))")
        }
        return network
    }

    func program(of plugin: NetworkList.Plugin) -> String? {
        configuration.programFolders.map { "\($0)/\(plugin.type)" }.first { Command.find($0) != nil }
    }
}
