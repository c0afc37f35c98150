import Faults
import HTTPClient
import Linux
import Testing

@testable import OCI

@Suite struct CredentialTests {
    @Test("credentials are for the registry that they name, however it is written")
    func server() {
        func isMeant(_ server: String, _ domain: String) -> Bool {
            RegistryCredentials(username: "u", server: server).meant(for: domain) != nil
        }
        for server in ["", "r.io:5000", "http://r.io:5000", "https://r.io:5000/v2/", "r.io:5000/"] {
            #expect(isMeant(server, "r.io:5000"), "\(server)")
        }
        for server in ["r.io", "r.io:5001", "x.r.io:5000", "https://r.io:5000.evil.com", "https://index.docker.io/v1/"]
        {
            #expect(!isMeant(server, "r.io:5000"), "\(server)")
        }
        for server in ["https://index.docker.io/v1/", "registry-1.docker.io", "docker.io"] {
            #expect(isMeant(server, "docker.io"))
        }
    }

    @Test("the base64 of a pair is taken apart, once no user is named; what is none is refused without repeating it")
    func encoded() throws {
        var read = RegistryCredentials()
        try read.add(encoded: "dTpwOncAAA==")  // "u:p:w" and two zero bytes
        #expect(read.username == "u" && read.password == "p:w")
        var named = RegistryCredentials(username: "n", password: "q")
        try named.add(encoded: "!")
        #expect(named == RegistryCredentials(username: "n", password: "q"))
        for text in ["!secret", "c2VjcmV0", "OnNlY3JldA=="] {
            let refusal = #expect(throws: OxbowError.self) {
                var credentials = RegistryCredentials()
                try credentials.add(encoded: text)
            }
            #expect(refusal?.kind == .badRequest)
            #expect(refusal?.message.contains("secret") == false)
        }
    }

    @Test("a loopback registry with certificates speaks https")
    func trusted() {
        #expect(RegistryEndpoint(domain: "127.0.0.1:5000", isTrusted: true).url == "https://127.0.0.1:5000")
        #expect(RegistryEndpoint(domain: "127.0.0.1:5000", isTrusted: true).isLoopback)
    }
}

@Suite struct RegistryTrustTests {
    private func find(_ files: [String: String], _ domain: String) async throws -> TLSTrust? {
        let root = "/tmp/oxbow-trust-\(UInt64.random(in: 0 ... .max))"
        try await blocking {
            for (path, text) in files {
                try Files.makeFolders(Files.parent(of: "\(root)/\(path)"))
                try Files.write("\(root)/\(path)", Array(text.utf8))
            }
        }
        let result: Result<TLSTrust?, any Error>
        do {
            result = .success(try await RegistryTrust(folders: ["\(root)/one", "\(root)/two"]).find(domain))
        } catch {
            result = .failure(error)
        }
        try await blocking { try Files.removeTree(root) }
        return try result.get()
    }

    @Test("a host's authorities are joined; another host's, and other files, do not count")
    func authorities() async throws {
        let files = [
            "one/r.io:5000/a.crt": "A", "one/r.io:5000/b.crt": "B", "one/r.io:5000/note": "x", "one/r.io/c.crt": "C",
        ]
        let trust = try #require(try await find(files, "r.io:5000"))
        #expect(String(decoding: trust.authorities, as: UTF8.self) == "A\nB\n")
        #expect(trust.identity == nil)
        #expect(try await find(files, "q.io") == nil)
    }

    @Test("the first folder with the host counts, and may name who we are")
    func identity() async throws {
        let files = ["one/q.io/x.crt": "X", "two/r.io/me.cert": "C", "two/r.io/me.key": "K"]
        let trust = try #require(try await find(files, "r.io"))
        #expect(trust.authorities.isEmpty)
        #expect(trust.identity?.certificate.hasSuffix("/two/r.io/me.cert") == true)
        #expect(trust.identity?.key.hasSuffix("/two/r.io/me.key") == true)
    }

    @Test("authorities past the limit are refused")
    func limit() async {
        let text = String(repeating: "x", count: RegistryTrust.limit + 1)
        await #expect(throws: OxbowError.self) { try await find(["one/r.io/a.crt": text], "r.io") }
    }
}
