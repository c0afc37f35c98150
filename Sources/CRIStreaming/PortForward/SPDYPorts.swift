import HTTPServer
import Logging
import NIOCore
import Synchronization

/// Ports forwarded over one SPDY connection: a pair of streams for each connection that the client's user makes.
struct SPDYPorts: Sendable {
    static let protocolName = "portforward.k8s.io"

    let request: PortForwardStreamRequest
    let runtime: any StreamingRuntime
    let limits: StreamingLimits
    let logger: Logger

    /// Returns when the client is gone, and all that it forwarded.
    func serve(_ raw: HijackedConnection) async throws {
        let connection = try SPDYConnection(raw, limits: limits)
        let (streams, opened) = AsyncStream.makeStream(of: SPDYStream.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { opened.finish() }
                try await connection.run { opened.yield($0) }
            }
            group.addTask { await pair(streams) }
            try await group.waitForAll()
        }
    }

    private func pair(_ streams: AsyncStream<SPDYStream>) async {
        let pairs = PairTable()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await expire(pairs) }
            // A group of its own: it is waited for, and the task above, which has no end, is then cancelled.
            await withDiscardingTaskGroup { forwards in
                for await stream in streams {
                    let step = pairs.rows.withLock {
                        $0.add(stream, id: stream.id, headers: stream.headers, at: .now)
                    }
                    switch step {
                    case .wait: break
                    case .refuse: await stream.reset(.protocolError)
                    case .forward(let port, let data, let error):
                        forwards.addTask { await forward(port, data, error) }
                    }
                }
                forwards.cancelAll()
            }
            group.cancelAll()
        }
    }

    private final class PairTable: Sendable {
        let rows = Mutex(PortPairs<SPDYStream>())
    }

    private func expire(_ pairs: PairTable) async {
        while !Task.isCancelled {
            // Cancelled: the loop sees it.
            try? await Task.sleep(for: limits.streamCreation / 8)
            let deadline = ContinuousClock.now - limits.streamCreation
            for pair in pairs.rows.withLock({ $0.expire(before: deadline) }) {
                logger.info("half a port-forward pair dropped", metadata: ["port": "\(pair.port)"])
                // A client that is gone needs no words.
                try? await pair.error?.write(ByteBuffer(string: "timed out waiting for streams"))
                await pair.error?.finish()
                await pair.data?.reset(.cancel)
            }
        }
    }

    private func forward(_ port: UInt16, _ data: SPDYStream, _ errors: SPDYStream) async {
        let client = ForwardedPort.Client(
            read: { await data.read() }, write: { try await data.write($0) }, finish: { await data.finish() },
            isGone: { data.isGone }, endsWithPod: false)
        // Nothing is read of the error stream; what a client sends on it must not stand in the others' way.
        errors.inbox.close()
        if let problem = await ForwardedPort(sandbox: request.sandbox, port: port, runtime: runtime).run(client) {
            logger.info("port-forward failed", metadata: ["error": "\(problem)"])
            // As above.
            try? await errors.write(ByteBuffer(string: problem))
        }
        await errors.finish()
        await data.finish()
        // What the client has not ended by now is over all the same.
        await data.reset(.cancel)
    }
}
