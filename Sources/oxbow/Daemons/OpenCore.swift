import CNI
import Core
import Logging
import OCI

/// Opens the container core that a daemon drives, in `root`, and recovers what an earlier one left there.
func openCore(
    root: String, network: any PodNetwork, output: (any OutputKeeper)? = nil, registries: RegistryOptions,
    logger: Logger
) async throws -> LocalCore {
    try await LocalCore.open(
        CoreConfiguration(
            root: root, runFolder: runFolder(for: root), network: network, output: output,
            registries: RegistryTrust(folders: registries.registryCerts), logger: logger))
}

/// Sockets, pid files and pinned namespaces: on /run for state under /var/lib, else beside the state itself.
private func runFolder(for root: String) -> String {
    root.hasPrefix("/var/lib/oxbow/") ? "/run/oxbow/" + root.dropFirst("/var/lib/oxbow/".count) : root + "/run"
}
