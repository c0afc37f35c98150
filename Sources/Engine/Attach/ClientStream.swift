import HTTPServer
import NIOCore

/// The client's side of an attach or exec: a hijacked connection, or a test's own.
struct ClientStream: Sendable {
    /// nil once the client sends no more; it may still listen.
    var read: @Sendable () async throws -> ByteBuffer?
    var write: @Sendable (ByteBuffer) async throws -> Void
    var finish: @Sendable () async throws -> Void

    init(
        read: @escaping @Sendable () async throws -> ByteBuffer?,
        write: @escaping @Sendable (ByteBuffer) async throws -> Void,
        finish: @escaping @Sendable () async throws -> Void
    ) {
        self.read = read
        self.write = write
        self.finish = finish
    }

    init(_ connection: HijackedConnection) {
        self.init(
            read: { try await connection.read() }, write: { try await connection.write($0) },
            finish: { try await connection.finishWriting() })
    }
}
