import Linux
import Logging
import ServiceLifecycle
import UnixSignals

/// One thing a daemon runs until it is told to stop.
struct Part: Service {
    let body: @Sendable () async throws -> Void

    init(_ body: @escaping @Sendable () async throws -> Void) { self.body = body }

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await body() }
    }
}

/// Runs a daemon's parts in one group: SIGTERM and SIGINT end them in reverse order; a part that fails ends the rest.
func runDaemon(_ parts: [Part], logger: Logger) async throws {
    let group = ServiceGroup(
        configuration: .init(
            services: parts.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    do {
        try await group.run()
    } catch is CancellationError {
        // The parts were withdrawn by the shutdown itself.
    }
}

/// A daemon serves as well without: a failure is a line in the log.
func giveBackStartUpMemory(_ logger: Logger) async {
    do {
        try await blocking { try StartUpMemory.giveBack() }
    } catch {
        logger.warning("start-up memory is kept", metadata: ["error": "\(error)"])
    }
}
