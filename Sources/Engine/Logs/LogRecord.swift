import DockerAPI
import Linux
import NIOCore

/// One line of a container's log file, which is in CRI log format: `<time> stdout|stderr F|P <text>`.
///
/// The container's monitor writes that format for every front end, and the kubelet reads it as readily as Docker's
/// json-file; `LogPath` in an inspection names such a file.
struct LogRecord: Equatable {
    var time: Timestamp
    var stream: StreamFrame.Stream
    /// With its line end, unless the monitor had to cut the line.
    var text: ByteBuffer

    /// - Parameter line: without its line end.
    /// - Returns: nil for what is no such line: a file cut by a crash may hold one.
    init?(line: ByteBuffer) {
        var line = line
        guard let time = Self.field(&line), let stamp = Timestamp(rfc3339: time),
            let stream = Self.field(&line), let tag = Self.field(&line)
        else { return nil }
        switch stream {
        case "stdout": self.stream = .stdout
        case "stderr": self.stream = .stderr
        default: return nil
        }
        self.time = stamp
        // Tags may be joined by colons; the first says whether the line was cut.
        switch tag.split(separator: ":").first {
        case "F": line.writeInteger(UInt8(ascii: "\n"))
        case "P": break
        default: return nil
        }
        text = line
    }

    private static func field(_ line: inout ByteBuffer) -> String? {
        guard let length = line.readableBytesView.firstIndex(of: UInt8(ascii: " ")).map({ $0 - line.readerIndex }),
            let field = line.readString(length: length)
        else { return nil }
        line.moveReaderIndex(forwardBy: 1)
        return field
    }
}
