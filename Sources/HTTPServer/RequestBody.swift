import Faults
package import NIOCore

/// The request's body, read at most once.
package struct RequestBody: Sendable {
    /// The next piece; nil at the end, and from then on.
    private let next: @Sendable () async throws -> ByteBuffer?
    /// From `Content-Length`.
    private let announced: Int?

    init(announced: Int?, next: @escaping @Sendable () async throws -> ByteBuffer?) {
        self.announced = announced
        self.next = next
    }

    /// A body that is there already.
    package init(_ bytes: ByteBuffer) {
        let rest = BytesOnce(bytes)
        self.init(announced: bytes.readableBytes) { rest.take() }
    }

    /// The whole body.
    /// - Throws: `OxbowError(.tooLarge)` past `limit` bytes, before any are read when the client announced as many;
    ///   `.badRequest` for a body that is malformed or cut short.
    package func collect(limit: Int = 16 << 20) async throws -> ByteBuffer {
        if let announced, announced > limit { throw tooLarge(limit) }
        guard var whole = try await next() else { return ByteBuffer() }
        while whole.readableBytes <= limit, var piece = try await next() { whole.writeBuffer(&piece) }
        guard whole.readableBytes <= limit else { throw tooLarge(limit) }
        return whole
    }

    /// Piece by piece: no more is read from the client than `piece` has worked off.
    /// - Throws: what `piece` throws; `OxbowError(.badRequest)` for a body that is malformed or cut short.
    package func forEach(_ piece: (ByteBuffer) async throws -> Void) async throws {
        while let bytes = try await next() { try await piece(bytes) }
    }

    private func tooLarge(_ limit: Int) -> OxbowError {
        OxbowError(.tooLarge, "request body: larger than \(limit) bytes")
    }
}
