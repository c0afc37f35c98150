import Faults
import HTTPServer
import Logging
import NIOCore

/// Serves one command or attachment to a client whose protocol is agreed on.
struct CommandService: Sendable {
    let session: CommandSession
    let selection: StreamSelection
    let begin: @Sendable () async throws(OxbowError) -> RemoteProcess

    private var limits: StreamingLimits { session.limits }

    func overSPDY(_ raw: HijackedConnection, _ version: CommandVersion) async throws {
        let connection = try SPDYConnection(raw, limits: limits)
        let (streams, opened) = AsyncStream.makeStream(of: SPDYStream.self)
        try await firstOf {
            defer { opened.finish() }
            try await connection.run { opened.yield($0) }
        } or: {
            let gathered = await SPDYCommandStreams.gather(
                from: streams, selection, version, within: limits.streamCreation, session.logger)
            guard let gathered else {
                session.logger.info("a client did not open its streams")
                return await connection.goAway()
            }
            try await firstOf {
                // Streams that nobody needs any more.
                for await stream in streams { await stream.reset(.refused) }
                // The connection has ended: what runs beside learns it from its own streams.
                try await Task.sleep(for: .seconds(365 * 24 * 3600))
            } or: {
                await session.run(gathered.client(version), begin: begin)
            }
            await connection.goAway()
        }
    }

    func overWebSocket(_ raw: HijackedConnection, _ version: CommandVersion, _ format: ChannelFormat) async throws {
        let command = WebSocketCommand(raw, version, format, selection, limits: limits)
        try await firstOf {
            try await command.receive()
        } or: {
            try await command.greet()
            await session.run(command.client, begin: begin)
        }
        await command.close()
    }
}

/// Runs both until one returns or throws; the other is cancelled and waited for.
func firstOf(
    _ one: @escaping @Sendable () async throws -> Void, or other: @escaping @Sendable () async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask(operation: one)
        group.addTask(operation: other)
        defer { group.cancelAll() }
        try await group.next()
    }
}
