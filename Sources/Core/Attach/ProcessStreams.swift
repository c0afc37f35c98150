package import Faults
package import NIOCore

/// A process's standard streams. `next` gives output in order of arrival, with back-pressure; nil at its end.
package struct ProcessStreams: Sendable {
    /// What the closures throw.
    package typealias Failure = OxbowError
    package var next: @Sendable () async throws(OxbowError) -> OutputChunk?
    package var write: @Sendable (ByteBuffer) async throws(OxbowError) -> Void
    package var closeInput: @Sendable () async -> Void
    /// Lets go of the streams; the process goes on.
    package var close: @Sendable () async -> Void
    package init(
        next: @escaping @Sendable () async throws(OxbowError) -> OutputChunk?,
        write: @escaping @Sendable (ByteBuffer) async throws(OxbowError) -> Void,
        closeInput: @escaping @Sendable () async -> Void,
        close: @escaping @Sendable () async -> Void
    ) {
        self.next = next
        self.write = write
        self.closeInput = closeInput
        self.close = close
    }
}
