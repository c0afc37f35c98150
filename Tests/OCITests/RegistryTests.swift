import Testing

@testable import OCI

@Suite struct RegistryTests {
    @Test("only this host is spoken to in plain HTTP")
    func addresses() {
        let plain = ["localhost", "localhost:5000", "127.0.0.1", "127.9.8.7:8080", "[::1]", "[::1]:5000"]
        for host in plain { #expect(RegistryEndpoint(domain: host).url == "http://" + host) }
        let secure = ["localhost.example.com", "127.0.0.1.example.com", "127.example.com", "example.com:5000", "[::2]"]
        for host in secure { #expect(RegistryEndpoint(domain: host).url == "https://" + host) }
        #expect(RegistryEndpoint(domain: "127.0.0.1:80").url == "http://127.0.0.1")
        #expect(RegistryEndpoint(domain: "registry.example:443").url == "https://registry.example")
        #expect(RegistryEndpoint(domain: "docker.io").url == "https://registry-1.docker.io")
    }

    @Test("a challenge is read with quotes, commas and without")
    func challenges() {
        #expect(
            RegistryChallenge(#"Bearer realm="https://a/token",service="reg",scope="repository:x:pull,push""#)
                == .bearer(realm: "https://a/token", service: "reg", scope: "repository:x:pull,push"))
        #expect(RegistryChallenge("bearer realm=https://a") == .bearer(realm: "https://a", service: nil, scope: nil))
        #expect(RegistryChallenge(#"Basic realm="x""#) == .basic)
        #expect(RegistryChallenge("Bearer service=x") == nil)
        #expect(RegistryChallenge("Negotiate") == nil)
        #expect(RegistryChallenge(#"Bearer realm="unclosed"#) == .bearer(realm: "unclosed", service: nil, scope: nil))
    }

    @Test("form fields are percent-encoded")
    func form() {
        #expect(
            RegistryAuthorization.form([("scope", "repository:a/b:pull"), ("x", "é &")])
                == "scope=repository%3Aa%2Fb%3Apull&x=%C3%A9%20%26")
    }
}
