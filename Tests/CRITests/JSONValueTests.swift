import Testing

@testable import CRI

@Suite struct JSONValueTests {
    @Test(
        "what is written as RFC 8259 says comes out as it went in",
        arguments: [
            "null", "true", "false", "0", "-0", "12345678901234567890", "1.50", "-1e+10", "2E-3", #""""#, #""a""#, "[]",
            "{}",
            #"[1,"2",[null]]"#, #"{"b":1,"a":{"b":[{}]},"b":2}"#, #""é 🛶 \" \\ / \n\r\t\u0001\u001f""#,
        ])
    func unchanged(_ text: String) throws {
        #expect(try JSONValue(parsing: text).text == text)
    }

    @Test("escapes are read as the characters that they stand for")
    func escapes() throws {
        #expect(try JSONValue(parsing: #" "\u0041\/\b\f\ud83d\udef6\u00e9" "#) == "A/\u{8}\u{C}🛶é")
        #expect(try JSONValue(parsing: "\t[ 1 ,\r\n2 ]\n") == [1, 2])
    }

    @Test(
        "broken texts are refused with the place and the reason",
        arguments: [
            ("", JSONFailure.Problem.endsEarly, 0), ("  ", .endsEarly, 2), ("{", .endsEarly, 1), ("[1,", .endsEarly, 3),
            ("[1 2]", .unexpected, 3), ("[1,]", .unexpected, 3), (#"{"a" 1}"#, .unexpected, 5),
            ("{1:2}", .unexpected, 1),
            (#"{"a":1,}"#, .unexpected, 7), ("tru", .endsEarly, 3), ("trux", .unexpected, 3), ("01", .more, 1),
            ("-", .endsEarly, 1), ("-a", .number, 1), ("1.x", .number, 2), ("1e", .endsEarly, 2), ("1 1", .more, 2),
            (#""a"#, .endsEarly, 2), ("\"a\nb\"", .unexpected, 2), (#""\x""#, .escape, 2), (#""\u12g4""#, .escape, 5),
            (#""\ud800""#, .surrogate, 1), (#""\udc00\ud800""#, .surrogate, 1), (#""\ud800\u0041""#, .surrogate, 1),
            ("\u{0}", .unexpected, 0), ("nan", .unexpected, 1), ("'a'", .unexpected, 0),
        ])
    func broken(_ text: String, _ problem: JSONFailure.Problem, _ offset: Int) {
        #expect(throws: JSONFailure(problem: problem, offset: offset)) { try JSONValue(parsing: text) }
    }

    @Test("a text that is not UTF-8 is refused")
    func notUTF8() {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONFailure(problem: .utf8, offset: 1)) { try JSONValue(parsing: [quote, 0x61, 0xFF, quote]) }
    }

    @Test("nesting stops at the limit, not at the end of the stack")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try JSONValue(parsing: nested(100)).text == nested(100))
        #expect(throws: JSONFailure(problem: .tooDeep, offset: 100)) { try JSONValue(parsing: nested(101)) }
        #expect(throws: JSONFailure.self) { try JSONValue(parsing: String(repeating: #"{"a":"#, count: 1_000_000)) }
        // Siblings do not add up.
        #expect(try JSONValue(parsing: "[" + String(repeating: "[],", count: 300) + "[]]").array?.count == 301)
    }

    @Test("a text past the limit of bytes is refused")
    func size() {
        var limits = JSONLimits()
        limits.bytes = 4
        #expect(throws: JSONFailure(problem: .tooLong, offset: 4)) { try JSONValue(parsing: "[1,2]", limits: limits) }
        #expect(throws: Never.self) { try JSONValue(parsing: "[12]", limits: limits) }
    }

    @Test("a text cut at any offset ends early")
    func truncated() throws {
        let text = #"{"a":[1.5e3,"x\u00e9\n",true,null],"b":{"c":-0}}"#
        for end in 0..<text.utf8.count {
            let failure = #expect(throws: JSONFailure.self) { try JSONValue(parsing: Array(text.utf8.prefix(end))) }
            #expect(failure?.offset == end || failure?.problem == .utf8)
        }
    }

    @Test("members are found, set, added and removed by name, in their order")
    func members() {
        var value: JSONValue = ["a": 1, "b": ["c": "d"], "a": 2]
        #expect(value["a"] == 2 && value["b"]?["c"]?.string == "d" && value["z"] == nil)
        value["a"] = 3
        value["b"]?["c"] = "e"
        value["n"] = nil as JSONValue?
        value["z"] = true
        #expect(value.text == #"{"a":1,"b":{"c":"e"},"a":3,"z":true}"#)
        value["a"] = nil as JSONValue?
        #expect(value.text == #"{"b":{"c":"e"},"z":true}"#)
        #expect((["1", 2, "x"] as JSONValue).array?.map(\.int) == [1, 2, nil])
    }

    @Test("strings are mapped at any depth, names are not")
    func mapped() {
        let value: JSONValue = ["id": "id", "list": ["id", 1, ["id": "other"]]]
        #expect(value.mapStrings { $0 == "id" ? "new" : $0 } == ["id": "new", "list": ["new", 1, ["id": "other"]]])
    }

    @Test("base64 is read in both alphabets, padded or not, and refused when it is none")
    func base64() {
        for (bytes, text) in [([], ""), ([0x66], "Zg=="), ([0x66, 0x6F], "Zm8="), ([0xFB, 0xFF, 0xFE], "+//+")]
            as [([UInt8], String)]
        {
            #expect(Base64.text(bytes) == text)
            #expect(Base64.bytes(text) == bytes)
            #expect(Base64.bytes(text.replacing("=", with: "")) == bytes)
        }
        #expect(Base64.bytes("-__-") == [0xFB, 0xFF, 0xFE])
        for text in ["Z", "Zg=", "Zg===", "Z===", "Zg==Zg==", "Z g=", "====", "é"] {
            #expect(Base64.bytes(text) == nil, "\(text)")
        }
    }
}
