import Core
import DockerAPI
import Linux
import NIOCore
import TestSupport
import Testing

@testable import Engine

@Suite struct LogTests {
    static let file = """
        {"log":"one\\n","stream":"stdout","time":"2026-11-24T04:40:37.000000001Z"}
        {"log":"two\\n","stream":"stderr","time":"2026-11-24T04:40:38.5Z"}
        {"log":"thr","stream":"stdout","time":"2026-11-24T04:40:39Z"}
        {"log":"ee\\n","stream":"stdout","attrs":{"a":"b"},"time":"2026-11-24T04:40:40+00:00"}

        """

    @Test("however the file is read, the same lines come out")
    func everySplit() {
        let bytes = Array(Self.file.utf8)
        for cut in 0...bytes.count {
            var lines = LogLines()
            let parts = [ByteBuffer(bytes: bytes[..<cut]), ByteBuffer(bytes: bytes[cut...])]
            let records = parts.flatMap { lines.receive($0) }.compactMap { LogRecord(line: $0) }
            #expect(records.map { String(buffer: $0.text) } == ["one\n", "two\n", "thr", "ee\n"])
            #expect(records.map(\.stream) == [.stdout, .stderr, .stdout, .stdout])
        }
    }

    @Test(
        "lines that are none are passed over",
        arguments: [
            "", "x", "{}", "{", #"{"log":"x"}"#, #"{"log":"x","stream":"stdin","time":"2026-11-24T04:40:37Z"}"#,
            #"{"log":"x","stream":"stdout","time":"yesterday"}"#,
            #"{"log":"x","stream":"stdout","time":"2026-11-24T04:40:37Z""#,
            #"{"log":"x\","stream":"stdout","time":"2026-11-24T04:40:37Z"}"#,
            #"{"log":"\q","stream":"stdout","time":"2026-11-24T04:40:37Z"}"#,
            #"{"log":5,"stream":"stdout","time":"2026-11-24T04:40:37Z"}"#,
        ])
    func noLines(_ line: String) {
        #expect(LogRecord(line: ByteBuffer(string: line)) == nil)
    }

    @Test("escapes are undone, pairs of surrogates too, and half a pair is no character")
    func escapes() {
        let line =
            #"{"log":"\"\\\/\b\f\n\r\t\u003c\ud83d\ude00\ud83dx","stream":"stdout","time":"2026-11-24T04:40:37Z"}"#
        let record = LogRecord(line: ByteBuffer(string: line))
        #expect(record.map { String(buffer: $0.text) } == "\"\\/\u{8}\u{c}\n\r\t<\u{1F600}\u{FFFD}x")
    }

    @Test("a line without end costs no more than the limit, and the next is read")
    func endless() {
        var lines = LogLines()
        for _ in 0..<4 { #expect(lines.receive(ByteBuffer(repeating: 0x41, count: LogLines.lineLimit)).isEmpty) }
        #expect(lines.receive(ByteBuffer(string: "rest\nnext\n")).map { String(buffer: $0) } == ["next"])
    }

    @Test("the last lines of a file are found from blocks of any size", arguments: 1...9)
    func tail(_ size: Int) {
        let text = Array("a\nbb\nccc\n".utf8)
        for (wanted, expected) in [(1, "ccc\n"), (2, "bb\nccc\n"), (3, "a\nbb\nccc\n"), (9, "a\nbb\nccc\n")] {
            var scan = TailScan(lines: wanted)
            var (end, begin) = (text.count, 0)
            while end > 0 {
                let start = max(0, end - size)
                if let index = scan.receive(Array(text[start..<end])) {
                    begin = start + index
                    break
                }
                end = start
            }
            #expect(String(decoding: text[begin...], as: UTF8.self) == expected)
        }
    }

    @Test("a line that has not ended is the last one")
    func unfinishedTail() {
        var scan = TailScan(lines: 1)
        #expect(scan.receive(Array("a\nbb".utf8)) == 2)
    }

    /// The folder of a container whose log is `Self.file`, or the text given.
    private func files(_ folder: TemporaryFolder, _ texts: [String] = [file]) async throws -> LogFiles {
        var record = ContainerRecord(
            id: "c1",
            spec: ContainerSpec(image: try EngineFixture.busybox().id, process: ProcessSpec(arguments: ["x"])),
            state: .running, overlay: OverlayPaths())
        record.logPath = folder.appending("log")
        let paths = try #require(LogPaths(record))
        try await blocking {
            for (number, text) in texts.reversed().enumerated() {
                try Files.write(paths.json(number), Array(text.utf8))
            }
        }
        return LogFiles(paths: paths, count: 3)
    }

    private func read(_ request: LogRequest, _ files: LogFiles) async throws -> ByteBuffer {
        var all = ByteBuffer()
        try await LogReader(files: files, request: request, isGrowing: { false }, growth: { Latch() }).run {
            all.writeImmutableBuffer($0)
        }
        return all
    }

    @Test("streams, times and the number of lines are chosen, and frames or raw output made")
    func selection() async throws {
        try await TemporaryFolder.with("engine-logs") { folder in
            let files = try await files(folder)
            var request = LogRequest(stdout: true, stderr: true, isTerminal: false)
            #expect(
                try frames(try await read(request, files)) == [
                    "stdout:one\n", "stderr:two\n", "stdout:thr", "stdout:ee\n",
                ])
            request.tail = 2
            request.timestamps = true
            #expect(
                try frames(try await read(request, files)) == [
                    "stdout:2026-11-24T04:40:39.000000000Z thr", "stdout:2026-11-24T04:40:40.000000000Z ee\n",
                ])
            request = LogRequest(stdout: false, stderr: true, isTerminal: true)
            #expect(String(buffer: try await read(request, files)) == "two\n")
            request = LogRequest(stdout: true, stderr: true, isTerminal: true)
            request.since = Timestamp(rfc3339: "2026-11-24T04:40:38.5Z")
            request.until = Timestamp(rfc3339: "2026-11-24T04:40:39Z")
            #expect(String(buffer: try await read(request, files)) == "two\n")
            request.tail = 0
            #expect(try await read(request, files).readableBytes == 0)
            request.tail = nil
            try await blocking { try Files.removeFile(files.paths.json) }
            #expect(try await read(request, files).readableBytes == 0)
        }
    }

    private static func line(_ text: String) -> String {
        #"{"log":"\#(text)\n","stream":"stdout","time":"2026-11-24T04:40:37Z"}"# + "\n"
    }

    @Test("rotated files are read oldest first, and the last lines counted across them", arguments: 0...7)
    func rotated(_ tail: Int) async throws {
        try await TemporaryFolder.with("engine-rotated") { folder in
            let texts = [["one", "two"], ["three"], ["four", "five"]]
            let files = try await files(folder, texts.map { $0.map(Self.line).joined() })
            var request = LogRequest(stdout: true, stderr: true, isTerminal: true)
            request.tail = tail == 7 ? nil : tail
            let shown = String(buffer: try await read(request, files)).split(separator: "\n").map(String.init)
            #expect(shown == Array(texts.joined().suffix(tail)))
        }
    }

    @Test("a follower sees what is written later, also after two rotations at once, and ends with the container")
    func follow() async throws {
        try await TemporaryFolder.with("engine-follow") { folder in
            let files = try await files(folder, [Self.line("one")])
            var request = LogRequest(stdout: true, stderr: true, isTerminal: true)
            request.follow = true
            let steps = Steps()
            let reader = LogReader(files: files, request: request) {
                let step = await steps.next()
                // Between two looks the file grows and is rotated, and the container ends.
                if step == 2 {
                    try? await blocking {
                        try Files.rename(files.paths.json, files.paths.json(2))
                        try Files.write(files.paths.json(1), Array(Self.line("two").utf8))
                        try Files.write(files.paths.json, Array(Self.line("three").utf8))
                    }
                }
                return step < 4
            } growth: {
                let latch = Latch<Void>()
                latch.set(())
                return latch
            }
            var all = ByteBuffer()
            try await reader.run { all.writeImmutableBuffer($0) }
            #expect(String(buffer: all) == "one\ntwo\nthree\n")
        }
    }

    @Test("at least one stream must be chosen, and a container without a log has none")
    func refusals() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create()
            #expect(await fixture.ask(.GET, "/containers/\(id)/logs").status == .badRequest)
            #expect(await fixture.ask(.GET, "/containers/\(id)/logs?stdout=1&since=x").status == .badRequest)
            let some = await fixture.ask(.GET, "/v1.42/containers/\(id)/logs?stdout=1")
            #expect(some.headers["Content-Type"] == [Answer.multiplexedStreamType])
            #expect(try await some.text() == "")
            #expect(await fixture.ask(.GET, "/v1.41/containers/\(id)/logs?stdout=1").headers["Content-Type"].isEmpty)
            let none = try await fixture.create(#"{"Image":"busybox","HostConfig":{"LogConfig":{"Type":"none"}}}"#)
            let asked = await fixture.ask(.GET, "/containers/\(none)/logs?stdout=1")
            #expect(asked.status == .notImplemented)
            #expect(try await asked.message() == "configured logging driver does not support reading")
        }
    }

    @Test("times are seconds with a fraction, or RFC 3339")
    func times() {
        #expect(DockerTime.parse("5.25")?.nanoseconds == 5_250_000_000)
        #expect(DockerTime.parse("5")?.nanoseconds == 5_000_000_000)
        #expect(DockerTime.parse("1970-01-01T00:00:05Z")?.nanoseconds == 5_000_000_000)
        for text in ["", "x", "-1", "1.", "1.1234567891", "99999999999999999999"] {
            #expect(DockerTime.parse(text) == nil)
        }
        #expect(DockerTime.fixedWidth(Timestamp(nanoseconds: 1_500_000_000)) == "1970-01-01T00:00:01.500000000Z")
        #expect(DockerTime.fixedWidth(Timestamp(nanoseconds: 2_000_000_000)) == "1970-01-01T00:00:02.000000000Z")
    }
}

private actor Steps {
    private var count = 0
    func next() -> Int {
        count += 1
        return count
    }
}
