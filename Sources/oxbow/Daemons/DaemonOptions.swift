public import ArgumentParser
import CNI
import Dockershim
public import Logging
import OCI

/// What every daemon takes.
struct DaemonOptions: ParsableArguments {
    @Option(help: "trace, debug, info, notice, warning or error.")
    var logLevel: Logger.Level = .info

    func logger(_ label: String) -> Logger {
        var logger = Logger(label: label) { label in StreamLogHandler.standardError(label: label) }
        logger.logLevel = logLevel
        return logger
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

extension Era: ExpressibleByArgument {}

/// Where pod networks come from.
struct NetworkOptions: ParsableArguments {
    @Option(help: "Folder of CNI configurations; without one, Oxbow brings a bridge of its own.")
    var cniConfDir = "/etc/cni/net.d"

    @Option(help: "Folders of CNI plugin programs.")
    var cniBinDir = ["/opt/cni/bin", "/usr/lib/cni"]

    @Option(
        help: "A CNI configuration with {{.PodCIDR}} in it, written to the folder once a kubelet tells the pod CIDR.")
    var cniTemplate: String?

    var template: NetworkTemplate? { cniTemplate.map { NetworkTemplate(path: $0, folder: cniConfDir) } }
}

/// Where registries' certificates are.
struct RegistryOptions: ParsableArguments {
    @Option(
        help: "Folders with a folder of certificates for each registry, as in /etc/docker/certs.d: HOST:PORT/ca.crt.")
    var registryCerts = RegistryTrust.standardFolders
}

/// A socket as people write it: `unix:///path` or a path.
struct SocketAddress: ExpressibleByArgument, Sendable, CustomStringConvertible {
    let path: String

    init?(argument: String) {
        let path = argument.hasPrefix("unix://") ? String(argument.dropFirst("unix://".count)) : argument
        guard path.hasPrefix("/") else { return nil }
        self.path = path
    }

    init(path: String) { self.path = path }

    var description: String { "unix://\(path)" }
    var defaultValueDescription: String { description }
}
