import GRPC
package import Logging

/// One whole replay on one socket: connection, API version, preparation, calls, clearing up.
package struct ReplaySession: Sendable {
    package var trace: Trace
    /// A path or `unix:///path`.
    package var socket: String
    package var options: ReplayOptions
    /// Where missing images come from; nil plays without any preparation.
    package var images: (any ImageSource)?
    package var log: Logger

    package init(
        _ trace: Trace, to socket: String, options: ReplayOptions, images: (any ImageSource)? = nil, log: Logger
    ) {
        self.trace = trace
        self.socket = socket
        self.options = options
        self.images = images
        self.log = log
    }

    /// - Parameter progress: calls ended, calls in all.
    /// - Throws: `PreparationFailure` with a sentence for the user, or `CancellationError`; a call that fails is part of
    ///   the report.
    package func run(progress: @Sendable (Int, Int) -> Void = { _, _ in }) async throws -> ReplayReport {
        let client = GRPCClient(path: socket)
        let result: Result<ReplayReport, any Error>
        do {
            // On the connection's own loop, so that a latency is the endpoint's and not that of waking our threads.
            result = .success(
                try await withTaskExecutorPreference(client.preferredExecutor) { try await run(client, progress) })
        } catch let status as GRPCStatus {
            result = .failure(
                PreparationFailure("endpoint: \(status.message) (\(socket), code \(status.code.rawValue))"))
        } catch {
            result = .failure(error)
        }
        await client.close()
        return try result.get()
    }

    private func run(_ client: GRPCClient, _ progress: @Sendable (Int, Int) -> Void) async throws -> ReplayReport {
        let endpoint = try await CRIEndpoint.find(
            client, address: socket, preferred: options.api ?? trace.header.api)
        guard let images else { return try await play(endpoint, images: [:], progress) }
        let preparation = ReplayPreparation(
            trace, endpoint: endpoint, images: images, folder: options.workFolder + "-registry", log: log)
        return try await preparation.around { ids in try await play(endpoint, images: ids, progress) }
    }

    private func play(
        _ endpoint: CRIEndpoint, images: [String: String], _ progress: @Sendable (Int, Int) -> Void
    ) async throws -> ReplayReport {
        var replayer = try await Replayer(trace, endpoint: endpoint, options: options, images: images, log: log)
        return try await replayer.run(progress: progress)
    }
}
