import Faults
import NIOCore
import OCI
import Testing

private let sum = "sha256:" + String(repeating: "ab", count: 32)

@Suite struct DocumentTests {
    @Test("a digest is SHA-256 in lower case")
    func digest() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(Digest.of(ByteBuffer()).description == empty)
        #expect(Digest(empty.uppercased()) == nil)
        #expect(Digest("sha256:ab") == nil)
        #expect(Digest("sha512:" + String(repeating: "a", count: 64)) == nil)
    }

    @Test("a manifest is told from an index by what is in it")
    func manifestOrIndex() throws {
        let manifest = """
            {"schemaVersion":2,"config":{"digest":"\(sum)","size":7,"mediaType":"x"},
             "layers":[{"digest":"\(sum)","size":9,"urls":["ignored"]}],"subject":null}
            """
        guard case .manifest(let read) = try OCIDocument.manifest(from: ByteBuffer(string: manifest)) else {
            Issue.record("not a manifest")
            return
        }
        #expect(read.config.size == 7)
        #expect(read.layers.map(\.digest.description) == [sum])
        let index = #"{"schemaVersion":2,"manifests":[{"digest":"\#(sum)","size":1}]}"#
        guard case .index(let read) = try OCIDocument.manifest(from: ByteBuffer(string: index)) else {
            Issue.record("not an index")
            return
        }
        #expect(read.choice()?.digest.description == sum)
    }

    @Test("an index gives this host's platform, and none where it has none")
    func platform() throws {
        func entry(_ os: String, _ architecture: String, _ digit: String) throws -> Descriptor {
            let digest = try #require(Digest("sha256:" + String(repeating: digit, count: 64)))
            return Descriptor(digest: digest, size: 1, platform: .init(architecture: architecture, os: os))
        }
        let amd64 = Descriptor.Platform(architecture: "amd64", os: "linux")
        let index = ImageIndex(
            manifests: [
                try entry("windows", "amd64", "1"), try entry("linux", "arm64", "2"), try entry("linux", "amd64", "3"),
            ])
        #expect(index.choice(for: amd64)?.digest.hex.first == "3")
        #expect(ImageIndex(manifests: [try entry("linux", "s390x", "4")]).choice(for: amd64) == nil)
    }

    @Test("a configuration is read under its names, null members and all, and written again")
    func config() throws {
        let text = """
            {"architecture":"amd64","os":"linux","created":"2024-01-02T03:04:05Z","author":"me",
             "config":{"User":"1:2","Env":["A=b"],"Entrypoint":null,"Cmd":["sh"],"ExposedPorts":{"80/tcp":{},"53/udp":{}},
             "Volumes":{"/v":{}},"WorkingDir":"/w","Labels":{"l":"m"},"StopSignal":"SIGINT","Healthcheck":{"Test":[]}},
             "rootfs":{"type":"layers","diff_ids":["\(sum)"]},
             "history":[{"created_by":"x","empty_layer":true}]}
            """
        let document = try OCIDocument.read(ImageConfigDocument.self, from: ByteBuffer(string: text), noun: "config")
        let config = ImageConfig(document)
        #expect(
            config
                == ImageConfig(
                    user: "1:2", environment: ["A=b"], command: ["sh"], workingDirectory: "/w", labels: ["l": "m"],
                    exposedPorts: ["53/udp", "80/tcp"], volumes: ["/v"], stopSignal: "SIGINT", architecture: "amd64",
                    os: "linux", author: "me", created: "2024-01-02T03:04:05Z",
                    history: [.init(createdBy: "x", emptyLayer: true)], layerDiffIDs: [try #require(Digest(sum))]))
        let written = OCIDocument.write(ImageConfigDocument(config))
        let again = try OCIDocument.read(ImageConfigDocument.self, from: written, noun: "config")
        #expect(ImageConfig(again) == config)
        #expect(!String(buffer: written).contains("Entrypoint"))
    }

    @Test(
        "a broken document is refused, and the message says where",
        arguments: [
            ("", "manifest: malformed"), ("{}", "manifest: malformed (config is missing)"),
            (#"{"config":{"digest":"sha256:1","size":1},"layers":[]}"#, "manifest: malformed (config.digest)"),
            (#"{"config":{"digest":"\#(sum)","size":-1},"layers":[]}"#, "manifest: malformed (config.size)"),
            (#"{"schemaVersion":1,"fsLayers":[]}"#, "manifest: schema version 1 is too old; push the image again"),
        ])
    func malformed(text: String, message: String) {
        let error = #expect(throws: OxbowError.self) { try OCIDocument.manifest(from: ByteBuffer(string: text)) }
        #expect(error?.message == message)
    }

    @Test("a document past its limit and one with too many layers are refused")
    func limits() {
        let big = ByteBuffer(repeating: 32, count: ImageManifest.limit + 1)
        #expect(throws: OxbowError.self) { try OCIDocument.manifest(from: big) }
        let layer = #"{"digest":"\#(sum)","size":1}"#
        let layers = Array(repeating: layer, count: ImageConfigDocument.layerLimit + 1).joined(separator: ",")
        let many = #"{"config":\#(layer),"layers":[\#(layers)]}"#
        #expect(throws: OxbowError.self) { try OCIDocument.manifest(from: ByteBuffer(string: many)) }
    }

    @Test("config.json has the runtime's own names and leaves out what is not set")
    func runtimeSpec() {
        let spec = RuntimeSpec(
            process: .init(user: .init(uid: 0, gid: 0), args: ["sh"]), root: .init(path: "rootfs"),
            linux: .init(namespaces: [.init("pid")]))
        let text = String(buffer: OCIDocument.write(spec))
        #expect(text.contains(#""args":["sh"]"#))
        #expect(text.contains(#""namespaces":[{"type":"pid"}]"#))
        #expect(!text.contains("null"))
        #expect(!text.contains("seccomp"))
    }
}
