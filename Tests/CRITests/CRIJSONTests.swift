import Faults
import NIOCore
import Testing

@testable import CRI

@Suite struct CRIJSONTests {
    @Test("64-bit integers are strings, bytes base64, enums names, defaults absent")
    func mapping() throws {
        let usage = ContainerStats(
            cpu: CpuUsage(timestamp: 9_007_199_254_740_993, usageCoreNanoSeconds: UInt64Value(value: .max)))
        #expect(
            try CRIJSON.text(of: usage.encoded(), type: "ContainerStats")
                == #"{"cpu":{"timestamp":"9007199254740993","usage_core_nano_seconds":{"value":"18446744073709551615"}}}"#
        )
        let exec = ExecSyncResponse(stdout: Array("hi\n".utf8), exitCode: -1)
        #expect(try CRIJSON.text(of: exec.encoded(), type: "ExecSyncResponse") == #"{"stdout":"aGkK","exit_code":-1}"#)
        let port = PortMapping(transport: .sctp, containerPort: 0)
        #expect(try CRIJSON.text(of: port.encoded(), type: "PortMapping") == #"{"protocol":"SCTP"}"#)
    }

    @Test("an enum number without a name is a number, both ways")
    func unknownEnum() throws {
        let json = #"{"state":77}"#
        let bytes = try CRIJSON.bytes(fromJSON: json, type: "PodSandboxStatus")
        #expect(hex(bytes) == "184d")
        #expect(try CRIJSON.text(of: bytes, type: "PodSandboxStatus") == json)
    }

    @Test("environment values are text in v1alpha2 and base64 in v1")
    func environment() throws {
        let bytes = KeyValue(key: "K", value: Array("200".utf8)).encoded()
        #expect(try CRIJSON.text(of: bytes, type: "KeyValue", api: .v1alpha2) == #"{"key":"K","value":"200"}"#)
        #expect(try CRIJSON.text(of: bytes, type: "KeyValue", api: .v1) == #"{"key":"K","value":"MjAw"}"#)
        for (api, text) in [(APIVersion.v1alpha2, "200"), (.v1, "MjAw")] {
            let read = try CRIJSON.bytes(fromJSON: #"{"key":"K","value":"\#(text)"}"#, type: "KeyValue", api: api)
            #expect(hex(read) == hex(bytes))
        }
    }

    @Test(
        "other spellings that protobuf's JSON allows are read",
        arguments: [
            (#"{"metadata":{"attempt":"7"}}"#, #"{"metadata":{"attempt":7}}"#),
            (#"{"metadata":{"attempt":7.0}}"#, #"{"metadata":{"attempt":7}}"#),
            (#"{"created_at":12,"state":1}"#, #"{"state":"SANDBOX_NOTREADY","created_at":"12"}"#),
            (#"{"createdAt":"1e3"}"#, #"{"created_at":"1000"}"#),
            (#"{"runtimeHandler":"x"}"#, #"{"runtime_handler":"x"}"#),
            (#"{"id":null,"labels":null,"metadata":null}"#, "{}"),
            (#"{"labels":{"a":"1","a":"2"}}"#, #"{"labels":{"a":"2"}}"#),
            (#"{"id":"a","id":"b"}"#, #"{"id":"b"}"#),
        ])
    func spellings(_ read: String, _ written: String) throws {
        let bytes = try CRIJSON.bytes(fromJSON: read, type: "PodSandboxStatus")
        #expect(try CRIJSON.text(of: bytes, type: "PodSandboxStatus") == written)
    }

    @Test("infinite numbers and none are words")
    func doubles() throws {
        for text in ["\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "0.1", "-1e-07"] {
            let json = #"{"Avg10":\#(text)}"#
            #expect(try CRIJSON.text(of: CRIJSON.bytes(fromJSON: json, type: "PsiData"), type: "PsiData") == json)
        }
    }

    @Test(
        "what does not fit the schema is refused by the path of the field",
        arguments: [
            ("[]", "message: not a JSON object (ContainerConfig)"), (#"{"x":1}"#, "x: not a field of ContainerConfig"),
            (#"{"metadata":{"nam":""}}"#, "metadata.nam: not a field of ContainerMetadata"),
            (#"{"metadata":{"attempt":-1}}"#, "metadata.attempt: not an unsigned integer of 32 bits (-1)"),
            (
                #"{"metadata":{"attempt":4294967296}}"#,
                "metadata.attempt: not an unsigned integer of 32 bits (4294967296)"
            ),
            (#"{"metadata":{"attempt":true}}"#, "metadata.attempt: not an integer"),
            (#"{"command":"sh"}"#, "command: not a JSON array"),
            (#"{"command":["a",2]}"#, "command.1: not a JSON string"),
            (#"{"labels":[]}"#, "labels: not a JSON object"), (#"{"labels":{"a":1}}"#, "labels.a: not a JSON string"),
            (#"{"mounts":[{},{"propagation":"UP"}]}"#, "mounts.1.propagation: not a MountPropagation (UP)"),
            (#"{"mounts":[null]}"#, "mounts.0: not a JSON object (Mount)"), (#"{"tty":1}"#, "tty: not true or false"),
            (#"{"envs":[{"key":"a","value":"!"}]}"#, "envs.0.value: not base64"),
            (
                #"{"linux":{"resources":{"cpu_period":"1.5"}}}"#,
                "linux.resources.cpu_period: not an integer of 64 bits (1.5)"
            ),
            ("{", "JSON: ends early at byte 1"),
        ])
    func refused(_ json: String, _ message: String) {
        let error = #expect(throws: OxbowError.self) { try CRIJSON.bytes(fromJSON: json, type: "ContainerConfig") }
        #expect(error?.message == message)
        #expect(error?.kind == .badRequest)
    }

    @Test("an unknown message type is a bad request both ways")
    func unknownType() {
        #expect(throws: OxbowError.self) { try CRIJSON.text(of: ByteBuffer(), type: "Nothing") }
        #expect(throws: OxbowError.self) { try CRIJSON.bytes(fromJSON: "{}", type: "Nothing") }
    }
}
