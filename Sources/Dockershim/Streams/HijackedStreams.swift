import CRIStreaming
import DockerAPI
import Faults
import NIOCore
import Synchronization

/// The streams of an exec or attachment on a connection that the daemon let go of: multiplexed, or a terminal's raw bytes.
final class HijackedStreams: Sendable {
    private struct State {
        var decoder = StreamFrameDecoder()
        /// Read and not yet handed on: what one read brought.
        var frames = CircularBuffer<StreamFrame>()
    }
    private let state = Mutex(State())
    private let connection: any HijackedConnection
    private let isTerminal: Bool
    private let tally: RESTTally

    init(_ connection: any HijackedConnection, isTerminal: Bool, tally: RESTTally) {
        self.connection = connection
        self.isTerminal = isTerminal
        self.tally = tally
    }

    /// One reader at a time.
    func next() async throws(OxbowError) -> RemoteProcess.Piece? {
        while true {
            if let frame = state.withLock({ $0.frames.popFirst() }) {
                guard frame.stream != .systemError else { throw OxbowError(.ours, String(buffer: frame.payload)) }
                return RemoteProcess.Piece(frame.stream == .stderr ? .stderr : .stdout, frame.payload)
            }
            let read: ByteBuffer?
            do throws(DockerFailure) { read = try await connection.read() } catch {
                throw BridgeFailure(describing: error).reported
            }
            guard let bytes = read else { return nil }
            tally.countREST(calls: 0, bytes: bytes.readableBytes)
            if isTerminal { return RemoteProcess.Piece(.stdout, bytes) }
            try decode(bytes)
        }
    }

    private func decode(_ bytes: ByteBuffer) throws(OxbowError) {
        let isWhole = state.withLock { state in
            guard let frames = try? state.decoder.receive(bytes) else { return false }
            state.frames.append(contentsOf: frames)
            return true
        }
        guard isWhole else { throw OxbowError(.ours, "docker: the output is not multiplexed") }
    }

    func write(_ bytes: ByteBuffer) async throws(OxbowError) {
        tally.countREST(calls: 0, bytes: bytes.readableBytes)
        do throws(DockerFailure) { try await connection.write(bytes) } catch {
            throw BridgeFailure(describing: error).reported
        }
    }
}
