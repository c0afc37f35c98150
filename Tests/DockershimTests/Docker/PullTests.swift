import GRPC
import DockerAPI
import CRI
import Faults
import NIOCore
import Testing

@testable import Dockershim

@Suite("Pulls")
struct PullTests {
    @Test(
        "a pull names image and version apart, carries credentials, and answers with the id, in 1.20 with the digest",
        arguments: Era.allCases)
    func pull(era: Era) async throws {
        let daemon = ScriptedDaemon { request in
            request.path.hasSuffix("/create")
                ? .text("{\"status\":\"Pulling\"}\n{\"status\":\"Done\"}\r\n")
                : .json(
                    Sample.image {
                        $0.repoTags = ["r.io/a:1"]
                        $0.repoDigests = ["r.io/a@sha256:1"]
                    })
        }
        let shim = Bridge(era, daemon).shim
        let request = PullImageRequest(
            image: ImageSpec(image: "r.io/a:1"), auth: CRI.AuthConfig(auth: "dTpwOnc=", serverAddress: "r.io"))
        let answer = try await shim.pullImage(request, .test("PullImage"))
        #expect(answer.imageRef == (era == .current ? Sample.imageID : "r.io/a@sha256:1"))
        let level = era == .current ? "v1.41" : "v1.40"
        #expect(
            daemon.calls == [
                "POST /\(level)/images/create?fromImage=r.io%2Fa&tag=1", "GET /\(level)/images/r.io/a:1/json",
            ])
        let header = daemon.requests.first { $0.path.hasSuffix("/create") }?.headers
        let json =
            era == .current
            ? "eyJwYXNzd29yZCI6InA6dyIsInNlcnZlcmFkZHJlc3MiOiJyLmlvIiwidXNlcm5hbWUiOiJ1In0K"
            : "eyJzZXJ2ZXJhZGRyZXNzIjoici5pbyJ9Cg=="
        #expect(header == [DockerRequest.Pair("X-Registry-Auth", json)])
    }

    @Test(
        "an error within the stream fails the pull; a registry's own trouble has a prefix",
        arguments: [
            ("{\"errorDetail\":{\"message\":\"denied\"},\"error\":\"denied\"}", "denied"),
            ("{\"error\":\"plain\"}", "plain"),
            ("{\"errorDetail\":{\"code\":503,\"message\":\"busy\"},\"error\":\"busy\"}", "RegistryUnavailable: busy"),
        ])
    func streamError(line: String, text: String) async {
        let daemon = ScriptedDaemon { _ in
            .text("{\"status\":\"Pulling\"}\n" + line + "\n{\"status\":\"never read\"}\n")
        }
        do {
            _ = try await Bridge(.dockershim120, daemon).shim.pullImage(
                PullImageRequest(image: ImageSpec(image: "a")), .test("PullImage"))
            Issue.record("a failed pull had an answer")
        } catch {
            #expect(Era.dockershim120.status(error).code == .unknown)
            #expect(error.message == text)
        }
    }

    @Test("a refusal before the stream is the daemon's error")
    func refused() async {
        let daemon = ScriptedDaemon { _ in .refusal(404, "manifest unknown") }
        do {
            _ = try await Bridge(.current, daemon).shim.pullImage(
                PullImageRequest(image: ImageSpec(image: "a")), .test("PullImage"))
            Issue.record("a refused pull had an answer")
        } catch {
            #expect(error.kind == .missing)
            #expect(error.message == "Error response from daemon: manifest unknown")
        }
    }

    @Test("a name that is none is refused before the daemon is asked")
    func badName() async {
        let daemon = ScriptedDaemon { _ in .done }
        await #expect(throws: OxbowError.self) {
            try await Bridge(.current, daemon).shim.pullImage(
                PullImageRequest(image: ImageSpec(image: "A B")), .test("PullImage"))
        }
        #expect(daemon.calls.isEmpty)
    }

    @Test("a line cut anywhere is read all the same")
    func cutLines() throws {
        let text = "{\"status\":\"Pulling\"}\n{\"error\":\"x\"}\n"
        for cut in 0..<text.utf8.count {
            let reader = ProgressReader()
            #expect(throws: DockerFailure.pull(code: 0, message: "x")) {
                try reader.receive(ByteBuffer(bytes: text.utf8.prefix(cut)))
                try reader.receive(ByteBuffer(bytes: text.utf8.dropFirst(cut)))
            }
        }
    }

    @Test("a line without end is refused at the limit")
    func lineLimit() throws {
        let reader = ProgressReader()
        try reader.receive(ByteBuffer(repeating: 0x61, count: JSONLines.lineLimit))
        #expect(throws: DockerFailure.self) { try reader.receive(ByteBuffer(string: "a")) }
    }

    @Test("a daemon that falls silent ends the pull after a minute, news put it off")
    func watchdog() async {
        let clock = StandingClock(sleepsForever: false)
        let watchdog = PullWatchdog(clock: clock.value)
        clock.move(by: .seconds(50))
        watchdog.sawProgress()
        let before = clock.now
        await #expect(throws: DockerFailure.cancelled) {
            try await watchdog.watch { await Waiting.untilCancelled() }
        }
        #expect(clock.now - before == .seconds(70))
    }
}
