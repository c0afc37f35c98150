import Faults
import Testing

@testable import CRIStreaming

@Suite("Tokens of streaming URLs")
struct TokenTests {
    let request = StreamRequest.attach(
        AttachStreamRequest(
            container: "c", streams: try! StreamSelection(stdin: true, stdout: true, stderr: false, terminal: false)))
    let now = ContinuousClock.now

    @Test("a token is good once")
    func once() throws {
        let table = TokenTable(limit: 10, life: .seconds(60))
        let token = try table.issue(request, at: now)
        #expect(table.take(token, at: now) == request)
        #expect(table.take(token, at: now) == nil)
        #expect(table.take("nosuch", at: now) == nil)
    }

    @Test("a token expires after its life and not before")
    func expires() throws {
        let table = TokenTable(limit: 10, life: .seconds(60))
        let (early, late) = (try table.issue(request, at: now), try table.issue(request, at: now))
        #expect(table.take(early, at: now + .seconds(59)) == request)
        #expect(table.take(late, at: now + .seconds(60)) == nil)
    }

    @Test("one token more than the limit is refused until others were taken or have expired")
    func limit() throws {
        let table = TokenTable(limit: StreamingLimits().tokens, life: StreamingLimits().tokenLife)
        let tokens = try (0..<1000).map { _ in try table.issue(request, at: now) }
        #expect(Set(tokens).count == 1000)
        #expect(throws: OxbowError.self) { try table.issue(request, at: now) }
        _ = table.take(tokens[0], at: now)
        _ = try table.issue(request, at: now)
        #expect { try table.issue(request, at: now) } throws: { ($0 as? OxbowError)?.kind.codes.grpc == 8 }
        _ = try table.issue(request, at: now + .seconds(61))
    }

    @Test("a token cannot be guessed: 16 characters that fit a URL")
    func form() throws {
        let token = try TokenTable(limit: 1, life: .seconds(1)).issue(request, at: now)
        #expect(token.utf8.count == 16)
        #expect(token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    }
}
