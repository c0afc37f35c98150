import Logging
import NIOCore

/// Gathers the streams that a client opens for one command.
///
/// Out of turn: a stream of an unknown type is the client's fault and ignored, as kubelets do; a second one of a type is
/// reset.
struct SPDYCommandStreams: Sendable {
    enum Role: String, Sendable { case error, stdin, stdout, stderr, resize }

    private(set) var found: [Role: SPDYStream] = [:]
    let wanted: Set<Role>

    init(_ selection: StreamSelection, _ version: CommandVersion) {
        var wanted: Set<Role> = [.error]
        if selection.stdin { wanted.insert(.stdin) }
        if selection.stdout { wanted.insert(.stdout) }
        if selection.stderr { wanted.insert(.stderr) }
        if selection.terminal, version.hasResize { wanted.insert(.resize) }
        self.wanted = wanted
    }

    var isComplete: Bool { wanted.isSubset(of: found.keys) }

    enum Place: Equatable { case taken, ignored, doubled }

    mutating func add(_ stream: SPDYStream) -> Place {
        guard let role = stream[header: "streamtype"].flatMap(Role.init(rawValue:)) else { return .ignored }
        guard found[role] == nil else { return .doubled }
        found[role] = stream
        return .taken
    }

    func client(_ version: CommandVersion) -> CommandClient {
        let (outputs, errors) = ([found[.stdout], found[.stderr]].compactMap { $0 }, found[.error])
        let (stdout, stderr) = (found[.stdout], found[.stderr])
        var client = CommandClient(version: version) { piece in
            do { try await (piece.output == .stdout ? stdout : stderr)?.write(piece.bytes) } catch is StreamGone {
                // One output that the client has closed does not end the other.
                if Task.isCancelled { throw StreamGone() }
            }
        } conclude: { message in
            for output in outputs { await output.finish() }
            if let message { try await errors?.write(message) }
            await errors?.finish()
        }
        if let stdin = found[.stdin] { client.input = { await stdin.read() } }
        if let resize = found[.resize] { client.resize = { await resize.read() } }
        return client
    }

    /// Waits for the streams, each of which has been replied to.
    /// - Returns: nil when they did not all come in time.
    static func gather(
        from streams: AsyncStream<SPDYStream>, _ selection: StreamSelection, _ version: CommandVersion,
        within limit: Duration, _ logger: Logger
    ) async -> SPDYCommandStreams? {
        await Patience.within(limit) {
            var gathered = SPDYCommandStreams(selection, version)
            for await stream in streams {
                switch gathered.add(stream) {
                case .taken: break
                case .ignored:
                    logger.info("stream ignored", metadata: ["type": "\(stream[header: "streamtype"] ?? "")"])
                case .doubled: await stream.reset(.protocolError)
                }
                if gathered.isComplete { return gathered }
            }
            return nil
        }
    }
}
