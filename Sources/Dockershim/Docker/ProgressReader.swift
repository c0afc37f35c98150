import DockerAPI
import NIOCore
import Synchronization

/// Reads the lines of a pull; the first one that tells an error ends it.
final class ProgressReader: Sendable {
    private struct State {
        var lines = JSONLines()
        var bytes = 0
    }
    private let state = Mutex(State())

    var bytesRead: Int { state.withLock { $0.bytes } }

    /// - Throws: `DockerFailure.pull` for an error line, `.malformed` for a line that is no JSON or has no end.
    func receive(_ piece: ByteBuffer) throws(DockerFailure) {
        let lines = try state.withLock { state throws(DockerFailure) in
            state.bytes += piece.readableBytes
            return try state.lines.take(piece)
        }
        for line in lines { try read(line) }
    }

    private func read(_ line: ByteBuffer) throws(DockerFailure) {
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
