import CLinux
import Glibc

/// Raw descriptors on their way to a new program or to an event loop.
package enum Descriptors {
    /// A pipe, both ends close-on-exec.
    package static func pipe() throws(SystemFailure) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        try SystemFailure.check(clinux_pipe(&ends), "pipe2", "")
        return (ends[0], ends[1])
    }

    /// The descriptor must be nobody else's: after this its number may be another file's.
    package static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    /// Sends a socket's end of input to the peer; reading goes on.
    package static func shutdownWriting(_ descriptor: Int32) { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    /// Writes a short message to a fifo that somebody reads already.
    /// - Throws: ENXIO when nobody does.
    package static func writeToFifo(_ path: String, _ text: String) throws(SystemFailure) {
        let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFailure("open", path) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        // At most PIPE_BUF bytes: written whole or not at all.
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw SystemFailure("write", path) }
    }

    /// Writes a byte or two to a pipe that is empty.
    package static func write(_ bytes: [UInt8], to pipe: Int32) throws(SystemFailure) {
        guard Glibc.write(pipe, bytes, bytes.count) == bytes.count else { throw SystemFailure("write", "pipe") }
    }

    /// A terminal's size in characters.
    package static func resizeTerminal(_ descriptor: Int32, width: UInt16, height: UInt16) throws(SystemFailure) {
        try SystemFailure.check(clinux_set_window(descriptor, width, height), "ioctl", "terminal size")
    }
}
