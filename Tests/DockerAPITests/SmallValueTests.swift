import DockerAPI
import NIOCore
import Testing

@Suite struct SmallValueTests {
    @Test("versions are ordered by number")
    func order() throws {
        #expect(try #require(APIVersion("1.9")) < APIVersion(1, 10))
        #expect(APIVersion("v1.41") == .v1_41)
        #expect("\(APIVersion.v1_40)" == "1.40")
    }

    @Test(
        "what is no version is none",
        arguments: ["", "1", "v", "1.", ".4", "1.2.3", "-1.4", "1.+4", "1.9999999", "x1.4"])
    func noVersion(_ text: String) {
        #expect(APIVersion(text) == nil)
    }

    @Test("filters are read in both forms and written as a map")
    func filters() throws {
        let map = try Filters(parsing: #"{"label":{"b":true,"a=1":true},"status":{"exited":true}}"#)
        let list = try Filters(parsing: #"{"label":["a=1","b","b"],"status":["exited"]}"#)
        #expect(map == list)
        #expect(map["label"] == ["a=1", "b"])
        #expect(map["none"] == [])
        #expect(try map.text == #"{"label":{"a=1":true,"b":true},"status":{"exited":true}}"#)
        #expect(try Filters(parsing: "").isEmpty)
    }

    @Test("filters of another form are refused", arguments: ["x", "[]", #"{"a":1}"#, #"{"a":"b"}"#, #"{"a":[1]}"#])
    func badFilters(_ text: String) {
        #expect(throws: JSONFailure.self) { try Filters(parsing: text) }
    }

    @Test("credentials survive the header, in the URL alphabet")
    func credentials() throws {
        var auth = AuthConfig()
        auth.username = "user"
        auth.password = "??>>~~"
        let header = try auth.header()
        #expect(!header.contains("+") && !header.contains("/"))
        #expect(AuthConfig(header: header) == auth)
        #expect(AuthConfig(header: String(header.trimmingSuffix { $0 == "=" })) == auth)
        #expect(AuthConfig(header: "e30=") == AuthConfig())
        #expect(AuthConfig(header: "not base64!") == nil)
    }

    @Test("an error line says it twice, as clients want it")
    func errorLine() throws {
        #expect(
            try DockerJSON.text(ProgressMessage(error: "no")) == #"{"error":"no","errorDetail":{"message":"no"}}"#)
        #expect(
            try DockerJSON.text(ProgressMessage(status: "Waiting", id: "ab", detail: .init()))
                == #"{"id":"ab","progressDetail":{},"status":"Waiting"}"#)
    }

    @Test("an inspection keeps a size of zero when there is one")
    func sizes() throws {
        var inspect = ContainerInspect()
        #expect(!(try DockerJSON.text(inspect).contains("SizeRw")))
        inspect.sizeRw = 0
        #expect(try DockerJSON.text(inspect).contains(#""SizeRw":0"#))
    }
}
extension String {
    fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let last = rest.last, matches(last) { rest.removeLast() }
        return rest
    }
}
