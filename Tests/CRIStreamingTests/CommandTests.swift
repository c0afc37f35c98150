import NIOCore
import NIOHTTP1
import Testing

@testable import CRIStreaming

@Suite("How commands are told and sized")
struct CommandTests {
    func text(_ end: CommandEnd, _ version: CommandVersion) -> String? {
        end.message(for: version).map { String(buffer: $0) }
    }

    @Test("from v4 on the end is a status, before it is text or nothing")
    func ends() {
        for version in CommandVersion.allCases where version < .v4 {
            #expect(text(.success, version) == nil)
            #expect(text(.exitCode(3, words: "w"), version) == "command terminated with non-zero exit code: w")
            #expect(text(.failure("f"), version) == "Internal error occurred: f")
        }
        for version in [CommandVersion.v4, .v5] {
            #expect(text(.success, version) == #"{"metadata":{},"status":"Success"}"#)
            #expect(
                text(.exitCode(3, words: "w"), version)
                    == #"{"details":{"causes":[{"message":"3","reason":"ExitCode"}]},"#
                    + #""message":"command terminated with non-zero exit code: w","metadata":{},"#
                    + #""reason":"NonZeroExitCode","status":"Failure"}"#)
            #expect(
                text(.failure("f/\"g\""), version)
                    == #"{"code":500,"details":{"causes":[{"message":"f/\"g\""}]},"#
                    + #""message":"Internal error occurred: f/\"g\"","metadata":{},"#
                    + #""reason":"InternalError","status":"Failure"}"#)
        }
    }

    @Test("versions by name")
    func versions() {
        #expect(
            CommandVersion.allCases.map(\.name) == [
                "channel.k8s.io", "v2.channel.k8s.io", "v3.channel.k8s.io", "v4.channel.k8s.io", "v5.channel.k8s.io",
            ])
        #expect(CommandVersion("v1.channel.k8s.io") == nil)
        #expect(CommandVersion.allCases.filter(\.hasResize) == [.v3, .v4, .v5])
    }

    @Test("sizes in a row are read wherever they are cut; what is none is skipped")
    func sizes() {
        let bytes =
            Array(#"{"Width":80,"Height":24}{"Width":0,"Height":9}"#.utf8)
            + Array(#"{"Width":70000,"Height":1}x}{{"Height":2,"Width":3}"#.utf8)
        let expected = [TerminalSize(width: 80, height: 24), TerminalSize(width: 3, height: 2)]
        for cut in bytes.indices {
            var reader = SizeReader(limit: 1024)
            let sizes = [bytes[..<cut], bytes[cut...]].flatMap { reader.receive(ByteBuffer(bytes: $0)) }
            #expect(sizes == expected)
        }
    }

    @Test("a size that has no end is not kept past the limit")
    func endlessSize() {
        var reader = SizeReader(limit: 64)
        for _ in 0..<1000 {
            let none = reader.receive(ByteBuffer(string: "{\"Width\":" + String(repeating: "1", count: 100)))
            #expect(none == [])
        }
        let one = reader.receive(ByteBuffer(string: #"{"Width":1,"Height":2}"#))
        #expect(one == [TerminalSize(width: 1, height: 2)])
    }

    @Test("the client's first protocol that is served is agreed on, and refusals name what is")
    func negotiation() {
        let upgrade: HTTPHeaders = ["Connection": "Upgrade", "Upgrade": "SPDY/3.1"]
        func negotiate(_ names: String..., headers: HTTPHeaders? = nil) -> SPDYUpgrade.Outcome {
            var headers = headers ?? upgrade
            for name in names { headers.add(name: SPDYUpgrade.offered, value: name) }
            return SPDYUpgrade.negotiate(headers, supported: ["b", "a"])
        }
        #expect(negotiate("x, a", "b") == .agreed("a"))
        guard case .refused(.badRequest, _, _) = negotiate() else {
            return #expect(Bool(false), "400 without a version")
        }
        guard case .refused(.forbidden, let headers, _) = negotiate("x") else { return #expect(Bool(false), "403") }
        #expect(headers[canonicalForm: SPDYUpgrade.accepted].map(String.init) == ["b", "a"])
        guard case .refused(.badRequest, _, _) = negotiate("a", headers: [:]) else {
            return #expect(Bool(false), "400 without an upgrade")
        }
    }
}
