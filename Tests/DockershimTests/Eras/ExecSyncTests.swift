import GRPC
import CRI
import DockerAPI
import Faults
import NIOCore
import Testing

@testable import Dockershim

@Suite("Commands in containers")
struct ExecSyncTests {
    private func frame(_ stream: StreamFrame.Stream, _ text: String) -> ByteBuffer {
        StreamFrame(stream, ByteBuffer(string: text)).bytes
    }

    @Test("output is taken apart by stream, and an exit code is an answer", arguments: Era.allCases)
    func output(era: Era) async throws {
        let daemon = ScriptedDaemon(output: [frame(.stdout, "a"), frame(.stderr, "b"), frame(.stdout, "c")]) {
            request in Sample.answer(request)
        }
        let shim = Bridge(era, daemon).shim
        let request = ExecSyncRequest(containerId: "c1", cmd: ["x"], timeout: 5)
        let answer = try await shim.execSync(request, .test("ExecSync"))
        #expect(answer == ExecSyncResponse(stdout: Array("ac".utf8), stderr: Array("b".utf8), exitCode: 3))
    }

    @Test("a command past its deadline: DEADLINE_EXCEEDED in both, killed only today", arguments: Era.allCases)
    func timeout(era: Era) async {
        let daemon = ScriptedDaemon(outputEnds: false) { request in
            request.path.hasPrefix("/v1.41/exec") && request.method == "GET"
                ? .text("{\"ID\":\"e1\",\"Running\":true,\"Pid\":77}") : Sample.answer(request)
        }
        let bridge = Bridge(era, clock: StandingClock(sleepsForever: false), daemon)
        do {
            let request = ExecSyncRequest(containerId: "c1", cmd: ["x"], timeout: 1)
            _ = try await bridge.shim.execSync(request, .test("ExecSync"))
            Issue.record("a command without end had an answer")
        } catch {
            #expect(era.status(error).code == .deadlineExceeded)
            #expect(bridge.killed.pids == (era == .current ? [77] : []))
        }
    }

    @Test("an exec that never ends counts as done in 1.20 after five looks")
    func guesses() async throws {
        let daemon = ScriptedDaemon { request in
            request.path == "/v1.40/exec/e1/json" ? .text("{\"ID\":\"e1\",\"Running\":true}") : Sample.answer(request)
        }
        let bridge = Bridge(.dockershim120, clock: StandingClock(sleepsForever: false), daemon)
        let before = bridge.clock.now
        let answer = try await bridge.shim.execSync(ExecSyncRequest(containerId: "c1", cmd: ["x"]), .test("ExecSync"))
        #expect(answer.exitCode == 0)
        #expect(daemon.calls.filter { $0.hasSuffix("/exec/e1/json") }.count == 5)
        #expect(bridge.clock.now - before == .seconds(8))
    }

    @Test("looks come soon and slow down to one a second")
    func polling() {
        var polling = ExecPolling(era: .current)
        let pauses = (0..<9).compactMap { _ in polling.next() }
        #expect(pauses.prefix(3) == [.milliseconds(10), .milliseconds(20), .milliseconds(40)])
        #expect(pauses.last == .seconds(1))
    }

    @Test(
        "a container that does not run is refused",
        arguments: [(Era.current, GRPCStatus.Code.failedPrecondition), (.dockershim120, .unknown)])
    func notRunning(era: Era, expected: GRPCStatus.Code) async {
        let daemon = ScriptedDaemon { request in
            request.method == "POST"
                ? .refusal(409, "Container c1 is not running") : .json(Sample.inspect("c1", running: false))
        }
        do {
            _ = try await Bridge(era, daemon).shim.execSync(
                ExecSyncRequest(containerId: "c1", cmd: ["x"]), .test("ExecSync"))
            Issue.record("a stopped container ran a command")
        } catch {
            #expect(era.status(error).code == expected)
            if era == .dockershim120 { #expect(error.message == "container not running (c1)") }
        }
    }

    @Test("output past the limit is cut today and fails the call in 1.20")
    func longOutput() throws {
        let piece = ByteBuffer(repeating: 0x61, count: 9 << 20)
        var cut = ExecOutput(era: .current)
        try cut.receive(StreamFrame(.stdout, piece))
        try cut.receive(StreamFrame(.stderr, piece))
        #expect(cut.stdout.count == 9 << 20)
        #expect(cut.stdout.count + cut.stderr.count == ExecOutput.limit)
        var failing = ExecOutput(era: .dockershim120)
        try failing.receive(StreamFrame(.stdout, piece))
        #expect(throws: DockerFailure.malformed("short write")) { try failing.receive(StreamFrame(.stdout, piece)) }
    }
}
