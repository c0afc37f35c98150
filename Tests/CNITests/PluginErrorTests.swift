import Testing

@testable import CNI

@Suite("Why a plugin failed")
struct PluginErrorTests {
    @Test("the error document's message comes with its details")
    func document() {
        let answer = JSONValue.object(["code": .number(7), "msg": .string("bad"), "details": .string("why")])
        #expect(PluginError.words(answer: answer, errors: Array("noise".utf8)) == "bad: why")
        #expect(PluginError.words(answer: .object(["msg": .string("bad")]), errors: []) == "bad")
    }

    @Test("a plugin that dies without a document is quoted from its standard error, cut at the limit")
    func standardError() {
        #expect(PluginError.words(answer: nil, errors: Array("panic\nat x\n".utf8)) == "panic; at x")
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: 2 * PluginError.limit)
        #expect(PluginError.words(answer: nil, errors: long).utf8.count == PluginError.limit)
        #expect(PluginError.words(answer: .object([:]), errors: []) == "no error message")
    }
}
