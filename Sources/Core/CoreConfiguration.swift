package import CNI
package import Logging
package import NIOCore
import NIOPosix
package import OCI

/// What a core needs to know of its host.
package struct CoreConfiguration: Sendable {
    /// Images, layers, containers: `/var/lib/oxbow`.
    package var root: String
    /// Sockets, pid files, pinned namespaces: `/run/oxbow`. Short, and gone with the boot.
    package var runFolder: String
    /// Handler → program; empty: `crun` and `runc` where they are found.
    package var runtimes: [String: String]
    /// "" → `crun` where it works, else `runc`.
    package var defaultRuntime: String
    /// "" → looked for.
    package var conmon: String
    package var network: any PodNetwork
    /// The parent cgroup of containers that name none.
    package var cgroupParent: String
    /// Who keeps containers' output in a form of its own; nil: the monitor's file is all there is.
    package var output: (any OutputKeeper)?
    /// Certificates of registries.
    package var registries: RegistryTrust
    package var logger: Logger
    package var group: any EventLoopGroup

    package init(
        root: String, runFolder: String, runtimes: [String: String] = [:], defaultRuntime: String = "",
        conmon: String = "",
        network: any PodNetwork, cgroupParent: String = "/oxbow", output: (any OutputKeeper)? = nil,
        registries: RegistryTrust = .none, logger: Logger = Logger(label: "oxbow.core"),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.root = root
        self.runFolder = runFolder
        self.runtimes = runtimes
        self.defaultRuntime = defaultRuntime
        self.conmon = conmon
        self.network = network
        self.cgroupParent = cgroupParent
        self.output = output
        self.registries = registries
        self.logger = logger
        self.group = group
    }
}
