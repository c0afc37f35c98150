import CRI
import FoundationEssentials
import Testing

@testable import Dockershim

@Suite("Checkpoints")
struct CheckpointTests {
    @Test("the file has dockershim's members and leaves out what is empty")
    func shape() throws {
        let checkpoint = try SandboxCheckpoint(Sample.pod)
        let text = String(decoding: try checkpoint.bytes(), as: UTF8.self)
        #expect(
            text == """
                {"checksum":\(checkpoint.checksum),"data":{"port_mappings":[{"container_port":80,"host_port":8080,\
                "protocol":"tcp"}]},"name":"web","namespace":"default","version":"v1"}
                """)
    }

    @Test("what is written is read back, also host network and runtime handler")
    func roundTrip() throws {
        var config = Sample.pod
        config.linux?.securityContext = LinuxSandboxSecurityContext(namespaceOptions: NamespaceOption(network: .node))
        let checkpoint = try SandboxCheckpoint(config, runtimeHandler: "runc")
        #expect(checkpoint.usesHostNetwork)
        #expect(SandboxCheckpoint.read(try checkpoint.bytes()) == checkpoint)
    }

    @Test("a file with any byte of its data changed is damaged")
    func damaged() throws {
        let bytes = try SandboxCheckpoint(Sample.pod).bytes()
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(SandboxCheckpoint.read(Array(text.replacing("8080", with: "8081").utf8)) == nil)
        #expect(SandboxCheckpoint.read(Array(text.replacing("\"v1\"", with: "\"v2\"").utf8)) == nil)
        #expect(SandboxCheckpoint.read(Array(bytes.dropLast())) == nil)
        #expect(SandboxCheckpoint.read([]) == nil)
    }

    @Test(
        "keys are names of files in the folder and nothing else",
        arguments: [
            ("29465f63", true), ("a-b_c.d", true), ("", false), (".hidden", false), ("a/b", false), ("..", false),
            ("a-", false),
            (String(repeating: "a", count: 251), false), ("a\u{0}b", false),
        ])
    func keys(key: String, isKey: Bool) {
        #expect(CheckpointStore.isKey(key) == isKey)
    }

    @Test("the store writes, lists, reads and removes; a missing file is nothing")
    func store() async throws {
        let root = FileManager.default.temporaryDirectory.path + "/oxbow-shim-tests/" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: root) }
        let store = CheckpointStore(root: root)
        #expect(try await store.ids() == [])
        #expect(try await store.read("s1") == .nothing)
        let checkpoint = try SandboxCheckpoint(Sample.pod)
        try await store.write(checkpoint, for: "s1")
        #expect(try await store.ids() == ["s1"])
        #expect(try await store.read("s1") == .checkpoint(checkpoint))
        try Data("{".utf8).write(to: URL(filePath: root + "/sandbox/s2"))
        #expect(try await store.read("s2") == .damaged)
        try await store.remove("s1")
        try await store.remove("s1")
        #expect(try await store.read("s1") == .nothing)
        await #expect(throws: BridgeFailure.self) { try await store.write(checkpoint, for: "../x") }
    }
}
