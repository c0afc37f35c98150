import Testing

@testable import GRPC

@Suite("grpc-message")
struct StatusMessageTests {
    @Test(
        "what is not printable ASCII is escaped, and comes back",
        arguments: [
            ("plain: text (1)", "plain: text (1)"), ("100%", "100%25"), ("a\nb\t", "a%0Ab%09"), ("nötig", "n%C3%B6tig"),
            ("", ""), ("~ \u{7f}", "~ %7F"), ("𝄞", "%F0%9D%84%9E"),
        ])
    func escape(text: String, wire: String) {
        #expect(StatusMessage.encode(text) == wire)
        #expect(StatusMessage.decode(wire) == text)
    }

    @Test("broken escapes stay as they are", arguments: ["%", "%4", "%zz", "a%G1", "100% sure"])
    func broken(wire: String) {
        #expect(StatusMessage.decode(wire) == wire)
    }

    @Test("a long message is cut at a character, within the limit")
    func cut() {
        let wire = StatusMessage.encode(String(repeating: "ö", count: 10_000))
        #expect(wire.utf8.count <= StatusMessage.limit)
        #expect(wire.utf8.count > StatusMessage.limit - 6)
        #expect(StatusMessage.decode(wire) == String(repeating: "ö", count: StatusMessage.limit / 6))
    }
}
