import Faults
import Linux
import Testing

@testable import CNI

@Suite("Network configurations that wait for the pod CIDR")
struct NetworkTemplateTests {
    private static let text = #"{"plugins":[{"ipam":{"subnet":"{{.PodCIDR}}"}}]}"#

    @Test(
        "the first CIDR takes its place",
        arguments: [
            ("10.244.1.0/24", "10.244.1.0/24"), ("fd00:1::/64,10.0.0.0/8", "fd00:1::/64"),
        ])
    func render(cidr: String, written: String) throws {
        let expected = #"{"plugins":[{"ipam":{"subnet":"\#(written)"}}]}"#
        #expect(try NetworkTemplate.render(Self.text, podCIDR: cidr) == expected)
    }

    @Test(
        "what is no CIDR is refused", arguments: ["", "10.0.0.0", "10.0.0.0/x", #"1","x":"/1"#, "/8", "10.0.0.0/200"])
    func wrong(cidr: String) {
        let error = #expect(throws: OxbowError.self) { try NetworkTemplate.render(Self.text, podCIDR: cidr) }
        #expect(error?.kind == .badRequest)
    }

    @Test("another directive is refused by name")
    func directive() {
        let error = #expect(throws: OxbowError.self) {
            try NetworkTemplate.render("{{range .Routes}}", podCIDR: "10.0.0.0/8")
        }
        #expect(error?.kind == .unsupported)
        #expect(error?.message.contains("range") == true)
    }

    @Test("a configuration is written once for each CIDR, and never beside another's")
    func write() async throws {
        let root = "/tmp/oxbow-template-\(UInt64.random(in: 0 ... .max))"
        let folder = root + "/net.d"
        try Files.makeFolders(root)
        defer { try? Files.removeTree(root) }
        try Files.write(root + "/template", Array(Self.text.utf8))
        let template = NetworkTemplate(path: root + "/template", folder: folder)
        #expect(try await template.write(podCIDR: "10.1.0.0/16"))
        #expect(try await template.write(podCIDR: "10.1.0.0/16") == false)
        #expect(try await template.write(podCIDR: "10.2.0.0/16"))
        let written = try Files.read(folder + "/" + NetworkTemplate.fileName)
        #expect(String(decoding: written, as: UTF8.self).contains("10.2.0.0/16"))
        try Files.write(folder + "/10-mine.conflist", Array("{}".utf8))
        #expect(try await template.write(podCIDR: "10.3.0.0/16") == false)
    }
}
