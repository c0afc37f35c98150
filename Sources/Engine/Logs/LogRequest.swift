import DockerAPI
import Faults
import Linux
import NIOCore

/// What a client wants to see of a container's log, and in which form.
struct LogRequest: Sendable {
    var stdout: Bool
    var stderr: Bool
    var follow = false
    var timestamps = false
    /// Lines from the end; nil: all.
    var tail: Int?
    var since: Timestamp?
    var until: Timestamp?
    /// Raw output instead of frames.
    var isTerminal: Bool

    /// - Throws: `.badRequest` when neither stream is wanted or a time cannot be read.
    init(_ call: Call, isTerminal: Bool) throws(OxbowError) {
        stdout = call.flag("stdout")
        stderr = call.flag("stderr")
        guard stdout || stderr else {
            throw OxbowError(.badRequest, "Bad parameters: you must choose at least one stream")
        }
        follow = call.flag("follow")
        timestamps = call.flag("timestamps")
        // What is no number means everything, as in Docker.
        tail = call.text("tail").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
        since = try Self.time(call, "since")
        until = try Self.time(call, "until")
        self.isTerminal = isTerminal
    }

    init(stdout: Bool, stderr: Bool, isTerminal: Bool) {
        self.stdout = stdout
        self.stderr = stderr
        self.isTerminal = isTerminal
    }

    /// Absent, empty and 0 are no bound.
    private static func time(_ call: Call, _ name: String) throws(OxbowError) -> Timestamp? {
        guard let text = call.text(name), !text.isEmpty, text != "0" else { return nil }
        guard let time = DockerTime.parse(text) else {
            throw OxbowError(.badRequest, "invalid value for \"\(name)\": \(text)")
        }
        return time
    }

    /// The record as it goes to the client; nil when the client does not want it.
    func show(_ record: LogRecord) -> ByteBuffer? {
        guard record.stream == .stderr ? stderr : stdout else { return nil }
        if let since, record.time < since { return nil }
        if let until, until <= record.time { return nil }
        var text = record.text
        if timestamps {
            text = ByteBuffer(string: DockerTime.fixedWidth(record.time) + " ")
            text.writeImmutableBuffer(record.text)
        }
        return isTerminal ? text : StreamFrame(record.stream, text).bytes
    }

    /// Whether nothing after this record can be wanted.
    func isPast(_ record: LogRecord) -> Bool { until.map { $0 <= record.time } ?? false }
}
