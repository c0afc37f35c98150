import Faults
import OCI
import Testing

private let sum = String(repeating: "0123456789abcdef", count: 4)

@Suite struct ReferenceTests {
    @Test(
        "names are normalised as Docker does",
        arguments: [
            ("busybox", "docker.io/library/busybox", "busybox"),
            ("busybox:1.36", "docker.io/library/busybox:1.36", "busybox:1.36"),
            ("library/busybox", "docker.io/library/busybox", "busybox"),
            ("docker.io/busybox", "docker.io/library/busybox", "busybox"),
            ("index.docker.io/busybox:1", "docker.io/library/busybox:1", "busybox:1"),
            ("docker.io/library/busybox", "docker.io/library/busybox", "busybox"),
            ("docker.io/library/a/b", "docker.io/library/a/b", "library/a/b"),
            ("user/app", "docker.io/user/app", "user/app"),
            ("localhost/pause:1", "localhost/pause:1", "localhost/pause:1"),
            ("localhost:5000/a", "localhost:5000/a", "localhost:5000/a"),
            ("127.0.0.1:5000/a/b:c", "127.0.0.1:5000/a/b:c", "127.0.0.1:5000/a/b:c"),
            ("[::1]:5000/a", "[::1]:5000/a", "[::1]:5000/a"),
            ("[::1]/a", "[::1]/a", "[::1]/a"),
            ("registry.k8s.io/pause:3.9", "registry.k8s.io/pause:3.9", "registry.k8s.io/pause:3.9"),
            ("Registry/app", "Registry/app", "Registry/app"),
            ("x/a_b__c-d---e.f", "docker.io/x/a_b__c-d---e.f", "x/a_b__c-d---e.f"),
            ("busybox@sha256:\(sum)", "docker.io/library/busybox@sha256:\(sum)", "busybox@sha256:\(sum)"),
            ("a.b/c:t@sha256:\(sum)", "a.b/c:t@sha256:\(sum)", "a.b/c:t@sha256:\(sum)"),
        ])
    func normalised(text: String, canonical: String, familiar: String) throws {
        let reference = try Reference(parsing: text)
        #expect(reference.canonical == canonical)
        #expect(reference.familiar == familiar)
        #expect(try Reference(parsing: familiar) == reference)
        #expect(try Reference(parsing: canonical) == reference)
    }

    @Test(
        "what is no reference is refused",
        arguments: [
            "", ":", ":tag", "a:", "a/", "/a", "a//b", "a:b:c", "a@sha256:12", "a@md5:\(sum)", "-a", "a-", "a..b",
            "a___b",
            "a b", "a:-b", "a:\(String(repeating: "t", count: 129))", "host:port/a", "http://a/b", "a.b/",
            "sha256:\(sum)", "a/b@", "[::1/a", ".a.b/c", "a-.b/c",
        ])
    func refused(text: String) {
        let error = #expect(throws: OxbowError.self) { try Reference(parsing: text) }
        #expect(error?.kind == .badRequest)
        #expect(error?.message.hasPrefix("invalid reference format") == true)
    }

    @Test("upper case, bare ids and long names are refused with a reason")
    func reasons() {
        func message(_ text: String) -> String? {
            #expect(throws: OxbowError.self) { try Reference(parsing: text) }?.message
        }
        #expect(message("localhost/Busybox") == "invalid reference format: repository name must be lowercase")
        #expect(message("Busybox") == "invalid reference format: repository name must be lowercase")
        #expect(message(sum)?.contains("cannot specify 64-byte hexadecimal strings") == true)
        let long = "localhost/" + String(repeating: "a", count: 250)
        #expect(message(long) == "repository name must not be more than 255 characters")
    }

    @Test("a name alone means latest; a tag or digest stands")
    func latest() throws {
        #expect(try Reference(parsing: "busybox").tagged.familiar == "busybox:latest")
        #expect(try Reference(parsing: "busybox:1").tagged.familiar == "busybox:1")
        #expect(try Reference(parsing: "busybox@sha256:\(sum)").tagged.tag == nil)
    }

    @Test("a client's word is an id, a reference or the beginning of an id")
    func names() throws {
        let id = try #require(Digest("sha256:" + sum))
        #expect(try ImageName(parsing: sum) == .id(id))
        #expect(try ImageName(parsing: "sha256:" + sum) == .id(id))
        #expect(try ImageName(parsing: "sha256:abc") == .prefix("abc"))
        #expect(try ImageName(parsing: "abc") == .reference(try Reference(parsing: "abc:latest"), prefix: "abc"))
        #expect(try ImageName(parsing: "xyz") == .reference(try Reference(parsing: "xyz:latest"), prefix: nil))
        #expect(throws: OxbowError.self) { try ImageName(parsing: "sha256:xyz:") }
    }
}
