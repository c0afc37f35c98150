import CLinux
import Glibc

/// The socket over which a runtime hands a terminal's master back.
package enum ConsoleSocket {
    package static func listen(at path: String) throws(SystemFailure) -> Int32 {
        try UnixSockets.listen(at: path, backlog: 1)
    }

    /// Waits for the one connection and takes the terminal out of it. Blocks up to twice `milliseconds`.
    /// - Returns: nil when nobody came in time.
    /// - Throws: EPROTO when the message held no descriptor.
    package static func receive(on listener: Int32, milliseconds: Int32) throws(SystemFailure) -> Int32? {
        guard readable(listener, milliseconds) else { return nil }
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { throw SystemFailure("accept", "console socket") }
        defer { _ = close(connection) }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        guard readable(connection, milliseconds) else { return nil }
        return try UnixSockets.receiveDescriptor(from: connection)
    }

    private static func readable(_ descriptor: Int32, _ milliseconds: Int32) -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, milliseconds) == 1
    }
}
