package import Faults
import Linux
package import Logging

/// The programs that launch containers on this host, and which of the runtimes is the default.
package struct RuntimeDiscovery: Sendable {
    package var conmon: String
    /// Handler → program.
    package var runtimes: [String: String]
    package var standard: String

    /// Looks for what the configuration does not name. Blocks.
    /// - Throws: `.unsupported` naming what is missing.
    package static func look(_ configuration: CoreConfiguration) throws(OxbowError) -> RuntimeDiscovery {
        let conmon = configuration.conmon.isEmpty ? Command.find("conmon") : configuration.conmon
        guard let conmon, Files.exists(conmon) else {
            throw OxbowError(.unsupported, "conmon: not installed, run Compat/setup")
        }
        var runtimes = configuration.runtimes
        if runtimes.isEmpty {
            for name in ["crun", "runc"] { if let path = Command.find(name) { runtimes[name] = path } }
        }
        // A controller left in the version 2 half of a hybrid host.
        let left = (try? Files.read("/sys/fs/cgroup/unified/cgroup.controllers", limit: 4096)) ?? []
        let standard = try choose(
            runtimes: runtimes, wanted: configuration.defaultRuntime,
            hybridControllers: RuntimeWords.clean(String(decoding: left, as: UTF8.self)), log: configuration.logger)
        return RuntimeDiscovery(conmon: conmon, runtimes: runtimes, standard: standard)
    }

    /// - Parameter hybridControllers: the controllers that the version 2 half of a hybrid host holds; crun 1.8 refuses such
    ///   a host.
    package static func choose(
        runtimes: [String: String], wanted: String, hybridControllers: String, log: Logger
    ) throws(OxbowError) -> String {
        if !wanted.isEmpty {
            guard runtimes[wanted] != nil else { throw OxbowError(.badRequest, "runtime: not installed (\(wanted))") }
            return wanted
        }
        if runtimes["crun"] != nil {
            if hybridControllers.isEmpty { return "crun" }
            if runtimes["runc"] != nil {
                log.warning(
                    """
                    crun refuses this host's cgroups (hybrid, with \(hybridControllers) left in version 2), so runc is the \
                    default; Compat/setup mends that
                    """)
                return "runc"
            }
            return "crun"
        }
        guard let name = runtimes.keys.sorted().first else {
            throw OxbowError(.unsupported, "OCI runtime: neither crun nor runc is installed, run Compat/setup")
        }
        return name
    }
}
