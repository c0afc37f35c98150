import CRI
import Testing

@testable import Trace

@Suite("Trace format")
struct TraceReaderTests {
    private let header =
        #"{"format":"oxbow.trace","version":1,"api":"runtime.v1","client":"kubelet v1.20.2","scenario":"s"}"#
    private let call =
        #"{"seq":1,"at_us":10,"dur_us":5,"conn":2,"method":"RuntimeService/Version","timeout_us":120,"request":{},"response":{"version":"0.1.0"}}"#

    private func parse(_ lines: String...) throws(TraceFailure) -> Trace {
        try TraceReader.parse(Array(lines.map { $0 + "\n" }.joined().utf8), name: "t.jsonl")
    }

    @Test("a call, an error, a stream, a mark and a line of unknown kind are read")
    func everyLine() throws {
        let trace = try parse(
            header, call,
            #"{"seq":2,"at_us":20,"dur_us":1,"conn":1,"method":"ImageService/PullImage","request":{},"error":{"code":5,"message":"no"}}"#,
            #"{"kind":"mark","at_us":21,"text":"stop"}"#, #"{"kind":"rest","at_us":22,"path":"/info"}"#,
            #"{"seq":3,"at_us":30,"dur_us":9,"conn":1,"method":"RuntimeService/GetContainerEvents","request":{},"messages":[{"at_us":31,"message":{"container_id":"c"}}]}"#
        )
        #expect(trace.header.api == .v1)
        #expect(trace.header.scenario == "s")
        #expect(trace.calls.map(\.name) == ["Version", "PullImage", "GetContainerEvents"])
        #expect(trace.calls[0].timeout == .microseconds(120))
        #expect(trace.calls[0].end == 15)
        #expect(trace.calls[0].answer?.string(at: "version") == "0.1.0")
        #expect(trace.calls[1].outcome == .failure(code: 5, message: "no"))
        #expect(trace.calls[2].outcome == .messages([.init(at: 31, message: ["container_id": "c"])]))
        #expect(trace.marks == [.init(at: 21, text: "stop")])
        #expect(trace.others.map(\.kind) == ["rest"])
    }

    @Test("calls come out by order of start")
    func order() throws {
        let early = call.replacing(#""at_us":10"#, with: #""at_us":3"#).replacing(#""seq":1"#, with: #""seq":2"#)
        #expect(try parse(header, call, early).calls.map(\.sequence) == [2, 1])
    }

    @Test(
        "a broken line is named with its number and what is wrong",
        arguments: [
            (#"{"seq":1,"at_us":10"#, "not JSON"),
            ("[]", "not an object"),
            (#"{"seq":1,"at_us":1,"dur_us":1,"request":{},"response":{}}"#, "method: not Service/Method (missing)"),
            (
                #"{"seq":1,"at_us":1,"dur_us":1,"method":"Version","request":{},"response":{}}"#,
                "method: not Service/Method"
            ),
            (
                #"{"seq":1,"at_us":-1,"dur_us":1,"method":"A/B","request":{},"response":{}}"#,
                "at_us: not a whole number (-1)"
            ),
            (
                #"{"seq":1,"at_us":9223372036854775807,"dur_us":9,"method":"A/B","request":{},"response":{}}"#,
                "dur_us: out of range"
            ),
            (#"{"seq":1,"at_us":1,"dur_us":1,"method":"A/B","request":7,"response":{}}"#, "request: not an object"),
            (#"{"seq":1,"at_us":1,"dur_us":1,"method":"A/B","request":{}}"#, "neither response nor error nor messages"),
            (#"{"seq":1,"at_us":1,"dur_us":1,"method":"A/B","request":{},"error":{}}"#, "error: no code"),
            (#"{"kind":3}"#, "kind: not text"),
        ])
    func brokenLine(line: String, reason: String) {
        #expect {
            try parse(header, call, line)
        } throws: { error in
            guard let failure = error as? TraceFailure else { return false }
            return failure.line == 3 && failure.file == "t.jsonl" && failure.reason.contains(reason)
        }
    }

    @Test(
        "a file that is no trace of this version is refused at its first line",
        arguments: [
            (#"{"hello":1}"#, "not a trace"),
            (#"{"format":"oxbow.trace","version":2,"api":"runtime.v1"}"#, "version is not 1 (2)"),
            (#"{"format":"oxbow.trace","version":1,"api":"runtime.v2"}"#, "unknown API version"),
        ])
    func wrongHeader(line: String, reason: String) {
        #expect {
            try parse(line)
        } throws: { error in
            (error as? TraceFailure).map { $0.line == 1 && $0.reason.contains(reason) } ?? false
        }
    }

    @Test("an empty file, damaged compression and a line past the limit are errors")
    func otherFaults() throws {
        #expect(throws: TraceFailure(file: "f", line: nil, reason: "empty")) { try TraceReader.parse([], name: "f") }
        #expect(throws: TraceFailure.self) { try TraceReader.parse([0x1F, 0x8B, 8, 0, 0], name: "f") }
        var limits = TraceReader.Limits()
        limits.lineBytes = 20
        #expect(throws: TraceFailure(file: "f", line: 1, reason: "line longer than 20 bytes")) {
            try TraceReader.parse(Array(header.utf8), name: "f", limits: limits)
        }
        limits = TraceReader.Limits()
        limits.plainBytes = 10
        #expect(throws: TraceFailure(file: "f", line: nil, reason: "larger than 10 bytes")) {
            try TraceReader.parse(Array(header.utf8), name: "f", limits: limits)
        }
    }

    @Test("the error's text says file, line and reason")
    func description() {
        #expect(
            "\(TraceFailure(file: "a.jsonl", line: 7, reason: "error: no code"))"
                == "trace: error: no code (a.jsonl, line 7)")
        #expect("\(TraceFailure(file: "a.jsonl", line: nil, reason: "empty"))" == "trace: empty (a.jsonl)")
    }

    @Test("what is written is read back the same")
    func roundTrip() throws {
        let trace = try parse(
            header, call, #"{"kind":"mark","at_us":21,"text":"stop"}"#,
            #"{"seq":2,"at_us":30,"dur_us":9,"conn":1,"method":"A/B","request":{"x":"é\n"},"error":{"code":2,"message":"m"}}"#
        )
        let again = try TraceReader.parse(Array(TraceWriter.text(of: trace).utf8), name: "again")
        #expect(again == trace)
    }
}
