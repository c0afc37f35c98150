import NIOCore
import Testing

@testable import CRI

@Suite struct CodecTests {
    @Test("a version response has the wire bytes that protobuf says")
    func version() throws {
        let value = VersionResponse(
            version: "0.1.0", runtimeName: "oxbow", runtimeVersion: "1", runtimeApiVersion: "v1")
        let bytes = wire("0a05 302e312e30  1205 6f78626f77  1a01 31  2202 7631")
        #expect(hex(value.encoded()) == hex(bytes))
        #expect(try VersionResponse(decoding: bytes) == value)
    }

    @Test("numbers, flags and enums have the wire bytes that protobuf says")
    func scalars() throws {
        let value = PortMapping(transport: .udp, containerPort: 8080, hostPort: -1, hostIp: "")
        let bytes = wire("0801  10903f  18ffffffffffffffffff01")
        #expect(hex(value.encoded()) == hex(bytes))
        #expect(try PortMapping(decoding: bytes) == value)
    }

    @Test("repeated numbers are written packed and read packed or not")
    func packed() throws {
        let value = LinuxSandboxSecurityContext(supplementalGroups: [1, 300, -2])
        #expect(hex(value.encoded()) == "2a0d01ac02feffffffffffffffff01")
        #expect(try LinuxSandboxSecurityContext(decoding: value.encoded()) == value)
        #expect(try LinuxSandboxSecurityContext(decoding: wire("2801 28ac02 28feffffffffffffffff01")) == value)
    }

    @Test("a map is written in the order of its keys, and the last of equal keys counts when read")
    func map() throws {
        let value = LinuxPodSandboxConfig(sysctls: ["b": "2", "a": "1"])
        #expect(hex(value.encoded()) == "1a06 0a0161 120131 1a06 0a0162 120132".replacing(" ", with: ""))
        let twice = wire("1a06 0a0161 120131  1a06 0a0161 120139  1a03 0a0163")
        #expect(try LinuxPodSandboxConfig(decoding: twice).sysctls == ["a": "9", "c": ""])
    }

    @Test("an empty message is told from an absent one")
    func presence() throws {
        #expect(try RunPodSandboxRequest(decoding: ByteBuffer()).config == nil)
        #expect(try RunPodSandboxRequest(decoding: wire("0a00")).config == PodSandboxConfig())
        #expect(hex(RunPodSandboxRequest(config: PodSandboxConfig()).encoded()) == "0a00")
    }

    @Test("a message that comes in two parts is merged")
    func merged() throws {
        let parts = wire("0a05 0a03 0a0161  0a05 0a03 120162")
        #expect(
            try RunPodSandboxRequest(decoding: parts).config?.metadata == PodSandboxMetadata(name: "a", uid: "b"))
    }

    @Test("environment values are bytes, whatever they hold")
    func environment() throws {
        let value = ContainerConfig(envs: [KeyValue(key: "K", value: [0, 0xFF, 0x80, 0x0A])])
        #expect(try ContainerConfig(decoding: value.encoded()) == value)
    }

    @Test("labels and annotations are kept to the byte, with NUL, control characters and letters of any script")
    func labels() throws {
        let labels = ["a\u{0}b": "x\u{0}", "ключ": "значение 🛶", "": "empty key", "e\u{301}": "\u{e9}\n\t\u{7f}"]
        let value = PodSandboxConfig(labels: labels, annotations: ["k": "\u{0}"])
        let decoded = try PodSandboxConfig(decoding: value.encoded())
        #expect(decoded == value)
        // `==` of strings is by canonical equivalence; the bytes must be equal too.
        let texts = Set(decoded.labels.map { Array("\($0.key)=\($0.value)".utf8) })
        #expect(texts == Set(labels.map { Array("\($0.key)=\($0.value)".utf8) }))
    }

    @Test("text that is not UTF-8 is repaired")
    func repaired() throws {
        #expect(try VersionRequest(decoding: wire("0a03 61ff62")).version == "a\u{FFFD}b")
    }

    @Test("an enum number without a name survives")
    func openEnum() throws {
        let status = try PodSandboxStatus(decoding: wire("1863"))
        #expect(status.state.rawValue == 99)
        #expect(hex(status.encoded()) == "1863")
    }

    @Test("unknown fields of every wire type are passed over")
    func unknownFields() throws {
        // 100: varint, 101: 64 bits, 102: bytes, 103: 32 bits; then the version.
        let bytes = wire("a006 7f  a906 0102030405060708  b206 02 abcd  bd06 01020304  0a0131")
        #expect(try VersionRequest(decoding: bytes) == VersionRequest(version: "1"))
    }
}
