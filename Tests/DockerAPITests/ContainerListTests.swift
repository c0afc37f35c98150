import DockerAPI
import NIOCore
import Testing

@Suite("Reading container lists")
struct ContainerListTests {
    private static let text = """
         [ {"Command":"sh -c \\"a\\"","Created":1700000000,"HostConfig":{"NetworkMode":"none"},"Id":"c1",
          "Image":"busybox","ImageID":"sha256:ab","Labels":{"a":"1","quote\\u00e9":"x\\n\\"y\\" \\ud83e\\udd80"},
          "Mounts":[{"Type":"bind","Source":"/a]}","RW":true}],"Names":["/k8s_x","/other"],
          "NetworkSettings":{"Networks":{"none":{"IPAddress":"","Links":null,"Ratio":-1.5e3}}},"Ports":[],
          "SizeRw":7,"State":"running","Status":"Up 3 seconds","Unknown":[[],{},null,true,12]},
         {"Id":"c2","Labels":null,"Names":[]}
         ]

        """

    @Test("what tells a container is read as the decoder reads it")
    func essentials() throws {
        let read = try ContainerSummary.essentials(in: ByteBuffer(string: Self.text))
        let decoded = try DockerJSON.decode([ContainerSummary].self, from: Self.text)
        #expect(read.map(\.id) == ["c1", "c2"])
        for (one, other) in zip(read, decoded) {
            #expect(one.names == other.names)
            #expect(one.labels == other.labels)
            #expect(one.image == other.image && one.imageID == other.imageID)
            #expect(one.created == other.created && one.sizeRw == other.sizeRw)
            #expect(one.state == other.state && one.status == other.status)
        }
        #expect(read[0].labels?["quote\u{e9}"] == "x\n\"y\" \u{1F980}")
        #expect(try ContainerSummary.essentials(in: ByteBuffer(string: "[]")).isEmpty)
    }

    @Test("a list cut short anywhere is an error, and no reader runs past its end")
    func cut() {
        let bytes = Array(Self.text.utf8)
        // Behind the closing bracket there is white space only.
        let end = bytes.lastIndex(of: UInt8(ascii: "]")) ?? 0
        for length in 0...end {
            #expect(throws: JSONFailure.self) {
                try ContainerSummary.essentials(in: ByteBuffer(bytes: bytes[..<length]))
            }
        }
    }

    @Test(
        "what the reader does not expect is left to the decoder",
        arguments: [
            #"[{"id":"folded","NAMES":["/x"]}]"#, #"[{"Id":"a","Created":1e3}]"#, #"[{"Id":"a","Labels":{"x":null}}]"#,
            #"[{"Id":"a","SizeRw":1.0}]"#,
        ])
    func unusual(text: String) throws {
        let decoded = try? DockerJSON.decode([ContainerSummary].self, from: text)
        let read = try? ContainerSummary.essentials(in: ByteBuffer(string: text))
        #expect(read == decoded)
    }

    @Test(
        "text that is no list is an error in the decoder's words", arguments: ["", "{}", "[1]", "[{]", "[] x", "nul"])
    func wrong(text: String) {
        #expect(throws: JSONFailure.self) { try ContainerSummary.essentials(in: ByteBuffer(string: text)) }
    }

    @Test("brackets nested beyond all measure cost no stack")
    func deep() {
        let text = #"[{"X":"# + String(repeating: "[", count: 200_000)
        #expect(throws: JSONFailure.self) { try ContainerSummary.essentials(in: ByteBuffer(string: text)) }
    }
}
