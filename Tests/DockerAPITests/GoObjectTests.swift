import DockerAPI
import NIOCore
import Testing

@Suite struct GoObjectTests {
    private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try DockerJSON.decode(type, from: text)
    }

    @Test("unknown keys, nulls and other letter case are read as Go reads them")
    func lenient() throws {
        let config = try decode(
            ContainerConfig.self,
            #"{"hostNAME":"h","Tty":null,"Future":{"deep":[1]},"Env":null,"Labels":{"Aa":"Bb","aa":""}}"#)
        #expect(config.hostname == "h")
        #expect(!config.tty)
        #expect(config.env == nil)
        #expect(config.labels == ["Aa": "Bb", "aa": ""])
    }

    @Test("a command is an array or one string")
    func words() throws {
        #expect(try decode(ContainerConfig.self, #"{"Cmd":"ls"}"#).cmd?.list == ["ls"])
        #expect(try decode(ContainerConfig.self, #"{"Cmd":["ls","-l"]}"#).cmd?.list == ["ls", "-l"])
        #expect(try decode(ContainerConfig.self, #"{"Entrypoint":[]}"#).entrypoint?.list == [])
        #expect(try decode(ContainerConfig.self, #"{"Entrypoint":null}"#).entrypoint == nil)
    }

    @Test("a wrong type is refused with the member's place")
    func wrongType() throws {
        let failure = #expect(throws: JSONFailure.self) {
            try decode(ContainerCreateRequest.self, #"{"HostConfig":{"Memory":"much"}}"#)
        }
        #expect(failure?.description.hasPrefix("HostConfig.Memory: ") == true)
    }

    @Test("text that is no JSON is refused", arguments: ["", "{", "[]", "{}}", "nul"])
    func broken(_ text: String) {
        #expect(throws: JSONFailure.self) { try decode(ContainerConfig.self, text) }
    }

    @Test("omitempty leaves out zero, false, nil and empty lists, but not a pointer to zero")
    func omitEmpty() throws {
        var settings = MountRequest()
        settings.bindOptions = BindOptions()
        #expect(try DockerJSON.text(settings) == #"{"BindOptions":{}}"#)

        var config = ContainerConfig()
        config.stopTimeout = 0
        config.shell = []
        config.exposedPorts = [:]
        let text = try DockerJSON.text(config)
        #expect(text.contains(#""StopTimeout":0"#))
        #expect(!text.contains("Shell"))
        #expect(!text.contains("ExposedPorts"))
        #expect(text.contains(#""Labels":null"#))
    }

    @Test("sets are written as Go's maps of empty structs")
    func sets() throws {
        var config = ContainerConfig()
        config.volumes = [String: GoEmpty](setOf: ["/data"])
        #expect(try DockerJSON.text(config).contains(#""Volumes":{"/data":{}}"#))
        #expect(try decode(ContainerConfig.self, #"{"Volumes":{"/a":{},"/b":{"x":1}}}"#).volumes?.count == 2)
    }

    @Test("an embedded struct's members stand among its owner's")
    func embedding() throws {
        let update = try decode(UpdateRequest.self, #"{"CpuQuota":5,"RestartPolicy":{"Name":"always"}}"#)
        #expect(update.resources.cpuQuota == 5)
        #expect(update.restartPolicy.name == "always")
        #expect(try DockerJSON.text(update).contains(#""CpuQuota":5"#))
    }

    @Test("slashes stay as they are")
    func slashes() throws {
        #expect(try DockerJSON.text(ErrorResponse("a/b")) == #"{"message":"a/b"}"#)
    }
}
