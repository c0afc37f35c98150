import Faults
import CRI
import Linux

/// The pod's resolv.conf, written over Docker's own file. Docker hands the sandbox's file to every container that joins
/// it, so one file serves the pod; the bridge and the daemon must therefore see the same file system.
enum ResolvConf {
    /// - Returns: nil when all three lists are empty: Docker's content then stays.
    static func text(_ config: DNSConfig) -> String? {
        var lines = config.servers.map { "nameserver \($0)" }
        if !config.searches.isEmpty { lines.append("search " + config.searches.joined(separator: " ")) }
        if !config.options.isEmpty { lines.append("options " + config.options.joined(separator: " ")) }
        return lines.isEmpty ? nil : lines.joined(separator: "\n") + "\n"
    }

    /// - Throws: `.missing` when Docker's file is not there; it is never made, because containers hold its inode.
    static func rewrite(_ path: String, _ config: DNSConfig) async throws {
        guard let text = text(config), !path.isEmpty else { return }
        let bytes = Array(text.utf8)
        try await blocking {
            guard Files.exists(path) else { throw BridgeFailure(.missing, "resolv.conf: not found (\(path))") }
            try Files.write(path, bytes)
        }
    }
}
