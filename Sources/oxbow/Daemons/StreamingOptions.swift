import ArgumentParser
import CRIStreaming
import Linux
import Logging

/// Where clients of Exec, Attach and PortForward connect.
struct StreamingOptions: ParsableArguments {
    @Option(help: "Numeric address, and optionally a port, where streams of exec, attach and port-forward are served.")
    var streamingBindAddr = BindAddress(address: "127.0.0.1", port: 0)

    @Option(help: "Seconds after which a stream without a byte is closed; 0: never.")
    var streamingIdleTimeout = 4 * 3600

    /// Listens; clients are served once it runs.
    func open(_ logger: Logger) async throws -> StreamingServer {
        var limits = StreamingLimits()
        limits.idle = streamingIdleTimeout > 0 ? .seconds(streamingIdleTimeout) : nil
        let listener = try await TCPListener.open(streamingBindAddr.address, port: streamingBindAddr.port)
        logger.info("streams are served", metadata: ["address": "\(listener.authority)"])
        return StreamingServer(listener: listener, limits: limits, logger: logger)
    }

    /// The same options for a daemon that we start.
    var arguments: [String] {
        [
            "--streaming-bind-addr", streamingBindAddr.description, "--streaming-idle-timeout",
            "\(streamingIdleTimeout)",
        ]
    }
}

/// `127.0.0.1`, `127.0.0.1:10010`, `::1`, `[::1]:10010`.
struct BindAddress: ExpressibleByArgument, Sendable, CustomStringConvertible {
    let address: String
    /// 0: any.
    let port: UInt16

    init(address: String, port: UInt16) {
        self.address = address
        self.port = port
    }

    init?(argument: String) {
        let isIPv6 = argument.hasPrefix("[") || argument.count { $0 == ":" } > 1
        guard isIPv6 else {
            let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
            guard let port = parts.count == 2 ? UInt16(parts[1]) : 0, !parts[0].isEmpty else { return nil }
            self.init(address: String(parts[0]), port: port)
            return
        }
        guard argument.hasPrefix("[") else {
            self.init(address: argument, port: 0)
            return
        }
        let parts = argument.dropFirst().split(separator: "]", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].isEmpty || parts[1].hasPrefix(":"),
            let port = parts[1].isEmpty ? 0 : UInt16(parts[1].dropFirst())
        else { return nil }
        self.init(address: String(parts[0]), port: port)
    }

    var description: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }
    var defaultValueDescription: String { description }
}
