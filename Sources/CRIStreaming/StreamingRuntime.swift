package import Faults
package import NIOCore

/// What lies behind the streams: a runtime that runs commands and has pods with ports.
package protocol StreamingRuntime: Sendable {
    /// - Throws: when the command cannot be run; the client is told the message.
    func exec(_ request: ExecStreamRequest) async throws(OxbowError) -> RemoteProcess
    func attach(_ request: AttachStreamRequest) async throws(OxbowError) -> RemoteProcess
    /// A file that names the network namespace of a sandbox: `/proc/PID/ns/net`.
    func networkNamespace(of sandbox: String) async throws(OxbowError) -> String
    /// What a client is told of a command that ended with a code other than 0.
    func words(forExitCode code: Int32) -> String
}

extension StreamingRuntime {
    package func words(forExitCode code: Int32) -> String { "exit code \(code)" }
}

/// The standard streams of a program, and its end.
package struct RemoteProcess: Sendable {
    package enum Output: Sendable, Equatable { case stdout, stderr }
    package struct Piece: Sendable, Equatable {
        package var output: Output
        package var bytes: ByteBuffer
        package init(_ output: Output, _ bytes: ByteBuffer) {
            self.output = output
            self.bytes = bytes
        }
    }

    /// The next output, with back-pressure; nil at its end. Throws `.cancelled` when the task is.
    package var next: @Sendable () async throws(OxbowError) -> Piece?
    package var write: @Sendable (ByteBuffer) async throws(OxbowError) -> Void
    package var closeInput: @Sendable () async -> Void
    package var resize: @Sendable (TerminalSize) async throws(OxbowError) -> Void
    /// Called once the output has ended. nil: what was attached to has no end of its own.
    package var exit: @Sendable () async throws(OxbowError) -> Int32?
    /// The client has seen the end, or its task failed: lets go of what is held here.
    package var close: @Sendable () async -> Void
    /// The client has gone before the end. Runs on its own, not under the connection's task; a command that does not end by
    /// itself within `grace` is killed, what was attached to goes on.
    package var abandon: @Sendable (_ grace: Duration) async -> Void

    package init(
        next: @escaping @Sendable () async throws(OxbowError) -> Piece?,
        write: @escaping @Sendable (ByteBuffer) async throws(OxbowError) -> Void,
        closeInput: @escaping @Sendable () async -> Void,
        resize: @escaping @Sendable (TerminalSize) async throws(OxbowError) -> Void,
        exit: @escaping @Sendable () async throws(OxbowError) -> Int32?,
        close: @escaping @Sendable () async -> Void,
        abandon: @escaping @Sendable (_ grace: Duration) async -> Void
    ) {
        self.next = next
        self.write = write
        self.closeInput = closeInput
        self.resize = resize
        self.exit = exit
        self.close = close
        self.abandon = abandon
    }
}

/// In characters.
package struct TerminalSize: Sendable, Equatable {
    package var width: UInt16
    package var height: UInt16
    package init(width: UInt16, height: UInt16) {
        self.width = width
        self.height = height
    }
}
