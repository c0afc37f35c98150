import Testing

@testable import Engine

@Suite struct TranscriptTests {
    static let time = "2026-11-24T04:40:37.120000000+00:00"

    private func lines(_ output: [UInt8]) -> [String] {
        String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("however the monitor's file is cut, the same lines come out")
    func everySplit() {
        let text = """
            \(Self.time) stdout F one
            no line
            \(Self.time) stderr P Pass
            \(Self.time) stdout F two é
            \(Self.time) stderr P word
            \(Self.time) stderr F :
            \(Self.time) stdout F 

            """
        let bytes = Array(text.utf8)
        let expected = [
            #"{"log":"one\n","stream":"stdout","time":"2026-11-24T04:40:37.12Z"}"#,
            #"{"log":"two é\n","stream":"stdout","time":"2026-11-24T04:40:37.12Z"}"#,
            #"{"log":"Password:\n","stream":"stderr","time":"2026-11-24T04:40:37.12Z"}"#,
            #"{"log":"\n","stream":"stdout","time":"2026-11-24T04:40:37.12Z"}"#,
        ]
        for cut in 0...bytes.count {
            var transcript = Transcript()
            let (first, taken) = transcript.receive(Array(bytes[..<cut]))
            let (second, rest) = transcript.receive(Array(bytes[taken...]))
            #expect(lines(first + second) == expected, "cut at \(cut)")
            #expect(taken + rest == bytes.count)
        }
    }

    private func pieces(_ line: String, part: Int = 8192) -> [String] {
        let bytes = Array(line.utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: part) {
            let end = min(start + part, bytes.count)
            text += Array("\(Self.time) stdout \(end == bytes.count ? "F" : "P") ".utf8) + bytes[start..<end] + [10]
        }
        var transcript = Transcript()
        return lines(transcript.receive(text).lines).compactMap { line in
            line.split(separator: "\"", omittingEmptySubsequences: false).dropFirst(3).first.map(String.init)
        }
    }

    @Test("a long line is cut at 16 KiB, and its last piece alone has the line end", arguments: [0, 1, 100, 16384])
    func longLines(_ more: Int) {
        let whole = String(repeating: "x", count: 16384)
        let found = pieces(whole + whole + String(repeating: "y", count: more))
        if more == 16384 {
            #expect(found == [whole, whole, String(repeating: "y", count: more), #"\n"#])
        } else {
            #expect(found == [whole, whole, String(repeating: "y", count: more) + #"\n"#])
        }
    }

    @Test("a character is never cut apart", arguments: 0...4)
    func characters(_ shift: Int) {
        let line = String(repeating: "x", count: shift) + String(repeating: "\u{1F600}", count: 9000)
        let found = pieces(line)
        #expect(found.joined() == line + #"\n"#)
        #expect(found.dropLast().allSatisfy { (16381...16384).contains($0.utf8.count) })
    }

    @Test("what never ended is told at the end, without a line end")
    func unfinished() {
        var transcript = Transcript()
        let bytes = Array("\(Self.time) stdout P out\n\(Self.time) stderr P err\n".utf8)
        #expect(transcript.receive(bytes).lines.isEmpty)
        #expect(
            lines(transcript.finish()) == [
                #"{"log":"out","stream":"stdout","time":"2026-11-24T04:40:37.12Z"}"#,
                #"{"log":"err","stream":"stderr","time":"2026-11-24T04:40:37.12Z"}"#,
            ])
        #expect(transcript == Transcript())
    }

    @Test("a line without end costs no more than the limit, and the next is read")
    func endless() {
        var transcript = Transcript()
        let noise = [UInt8](repeating: 0x41, count: Transcript.lineLimit + 1)
        #expect(transcript.receive(noise).taken == noise.count)
        #expect(lines(transcript.receive(Array("A\n\(Self.time) stdout F x\n".utf8)).lines).count == 1)
    }

    @Test("text is escaped as dockerd does it")
    func escaping() {
        var output: [UInt8] = []
        let text = Array("a\"\\<>&\t\r\u{1}é\u{2028}".utf8) + [0xFF, 0xC3, 0x41, 0xED, 0xA0, 0x80]
        JSONLine.append(text[...], endsLine: true, from: .stderr, at: "T", to: &output)
        #expect(
            String(decoding: output, as: UTF8.self)
                == #"{"log":"a\"\\\u003c\u003e\u0026\u0009\r\u0001é\u2028\ufffd\ufffdA\ufffd\ufffd\ufffd\n""#
                + #","stream":"stderr","time":"T"}"# + "\n")
    }

    @Test("times become UTC without trailing zeros")
    func times() {
        func time(_ text: String) -> String? { MonitorLine(Array("\(text) stdout F x".utf8)[...])?.time }
        #expect(time("2026-11-24T04:40:37.000000000+00:00") == "2026-11-24T04:40:37Z")
        #expect(time("2026-11-24T04:40:37.000000001+00:00") == "2026-11-24T04:40:37.000000001Z")
        #expect(time("2026-11-24T04:40:37.500000000+02:00") == "2026-11-24T02:40:37.5Z")
        #expect(time("2026-11-24T04:40:37Z") == "2026-11-24T04:40:37Z")
        #expect(time("yesterday") == nil)
    }
}
