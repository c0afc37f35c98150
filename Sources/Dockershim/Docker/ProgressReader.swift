import DockerAPI
import NIOCore
import Synchronization

/// Reads the lines of a pull; the first one that tells an error ends it.
final class ProgressReader: Sendable {
    /// Bytes of one line.
    static let lineLimit = 1 << 20

    private struct State {
        var pending = ByteBuffer()
        var bytes = 0
    }
    private let state = Mutex(State())

    var bytesRead: Int { state.withLock { $0.bytes } }

    /// - Throws: `DockerFailure.pull` for an error line, `.malformed` for a line that is no JSON or has no end.
    func receive(_ piece: ByteBuffer) throws(DockerFailure) {
        let lines = try state.withLock { state throws(DockerFailure) in
            state.bytes += piece.readableBytes
            state.pending.writeImmutableBuffer(piece)
            var lines: [ByteBuffer] = []
            while let end = state.pending.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
                let length = end - state.pending.readerIndex
                if let line = state.pending.readSlice(length: length) { lines.append(line) }
                state.pending.moveReaderIndex(forwardBy: 1)
            }
            guard state.pending.readableBytes <= Self.lineLimit else {
                throw .malformed("a progress line has no end within \(Self.lineLimit) bytes")
            }
            state.pending.discardReadBytes()
            return lines
        }
        for line in lines { try read(line) }
    }

    private func read(_ line: ByteBuffer) throws(DockerFailure) {
        let text = line.readableBytesView
        guard text.contains(where: { $0 > 0x20 }) else { return }
        let message: ProgressMessage
        do throws(JSONFailure) {
            message = try DockerJSON.decode(ProgressMessage.self, from: line)
        } catch {
            throw DockerFailure(error)
        }
        if let detail = message.errorDetail, !(detail.message.isEmpty && message.error.isEmpty) {
            throw .pull(code: detail.code, message: detail.message.isEmpty ? message.error : detail.message)
        }
        if !message.error.isEmpty { throw .pull(code: 0, message: message.error) }
    }
}
