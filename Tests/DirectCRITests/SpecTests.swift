import CRI
import CRIServer
import Core
import Faults
import Testing

@testable import DirectCRI

@Suite("What the direct path makes of a security context")
struct SpecTests {
    @Test("v1alpha2 callers mean the seccomp path, v1 callers the typed field, and unset is unconfined")
    func seccomp() throws {
        let runtimeDefault = SecurityProfile(profileType: .runtimeDefault)
        let unconfined = SecurityProfile(profileType: .unconfined)
        #expect(try SeccompChoice(unconfined, path: "runtime/default", api: .v1alpha2).spec() == .runtimeDefault)
        #expect(try SeccompChoice(unconfined, path: "runtime/default", api: .v1).spec() == .unconfined)
        #expect(try SeccompChoice(runtimeDefault, path: "", api: .v1alpha2).spec() == .runtimeDefault)
        #expect(try SeccompChoice(nil, path: "docker/default", api: .v1).spec() == .runtimeDefault)
        #expect(try SeccompChoice(nil, path: "", api: .v1).spec() == .unconfined)
        #expect(throws: OxbowError.self) { try SeccompChoice(nil, path: "strange", api: .v1).spec() }
        #expect(throws: OxbowError.self) { try SeccompChoice(nil, path: "localhost/relative", api: .v1).spec() }
    }

    @Test("users and groups take Docker's form, and a group alone is refused")
    func users() throws {
        #expect(try UserChoice(user: 1000, name: "", group: nil, image: "app").text == "1000")
        #expect(try UserChoice(user: 1000, name: "bob", group: 5, image: "app").text == "bob:5")
        #expect(try UserChoice(user: nil, name: "", group: nil, image: "app:staff").text == "app:staff")
        #expect(throws: OxbowError.self) { try UserChoice(user: nil, name: "", group: 5, image: "app") }
        #expect(throws: OxbowError.self) { try UserChoice(user: -1, name: "", group: nil, image: "") }
    }

    @Test("zero values of the wire leave limits alone")
    func resources() {
        var limits = ResourceLimits()
        limits.cpuShares = 512
        limits.apply(
            LinuxContainerResources(
                memoryLimitInBytes: 1 << 20,
                hugepageLimits: [HugepageLimit(pageSize: "1GB"), HugepageLimit(pageSize: "2MB", limit: 4 << 20)]))
        #expect(limits.cpuShares == 512)
        #expect(limits.memoryBytes == 1 << 20)
        #expect(limits.hugepages == ["2MB": 4 << 20])
    }

    @Test("resolv.conf has a line for what is given and none for the rest")
    func resolvConf() {
        let dns = DNSConfig(servers: ["10.0.0.1", "10.0.0.2"], searches: ["a", "b"], options: ["ndots:5"])
        #expect(ResolvConf.text(dns) == "nameserver 10.0.0.1\nnameserver 10.0.0.2\nsearch a b\noptions ndots:5\n")
        #expect(ResolvConf.text(DNSConfig()) == nil)
    }

    @Test("quantities", arguments: [("10M", 10_000_000), ("1Ki", 1024), ("1.5k", 1500), ("0", 0), ("500m", 1)])
    func quantity(text: String, value: UInt64) {
        #expect(Quantity.parse(text) == value)
    }

    @Test("what is no quantity is refused", arguments: ["", "M", "-1", "1X", "1..2", "99999999999E"])
    func badQuantity(text: String) {
        #expect(Quantity.parse(text) == nil)
    }
}
