import Faults
import Testing

@testable import CNI

@Suite("Who has which port of the host")
struct HostPortClaimsTests {
    private func port(
        _ number: Int, _ transport: PortMapping.TransportProtocol = .tcp, on address: String = ""
    ) -> PortMapping {
        PortMapping(transport: transport, containerPort: 80, hostPort: number, hostIP: address)
    }

    private func request(_ id: String, _ ports: [PortMapping]) -> NetworkRequest {
        NetworkRequest(pod: PodIdentity(id: id, namespace: "ns", name: "pod-\(id)", uid: "u"), portMappings: ports)
    }

    @Test("a port has one owner until it is released; the refusal names him")
    func owner() throws {
        let claims = HostPortClaims()
        try claims.claim(request("1", [port(80), port(81)]))
        // The same pod again.
        try claims.claim(request("1", [port(80), port(81)]))
        let refused = #expect(throws: OxbowError.self) { try claims.claim(request("2", [port(79), port(81)])) }
        #expect(refused?.kind == .wrongState)
        #expect(refused?.message == "host port: in use by pod ns/pod-1 (81/tcp)")
        // Nothing of a refused request is kept.
        try claims.claim(request("3", [port(79)]))
        claims.release("1")
        try claims.claim(request("2", [port(81)]))
    }

    @Test("ports without a number on the host are nobody's")
    func unmapped() throws {
        let claims = HostPortClaims()
        try claims.claim(request("1", [port(0)]))
        try claims.claim(request("2", [port(0)]))
    }

    @Test(
        "two ports meet when protocol and number are the same and their addresses can be",
        arguments: [
            ("", "", true), ("", "127.0.0.1", true), ("", "::1", true), ("0.0.0.0", "127.0.0.1", true),
            ("0.0.0.0", "::1", false), ("127.0.0.1", "127.0.0.2", false), ("::", "::1", true),
            ("::", "127.0.0.1", false),
        ])
    func addresses(one: String, other: String, meet: Bool) {
        #expect((HostPortClaims.conflict([port(80, on: one)], [port(80, on: other)]) != nil) == meet)
        #expect((HostPortClaims.conflict([port(80, on: other)], [port(80, on: one)]) != nil) == meet)
        #expect(HostPortClaims.conflict([port(80, .udp, on: one)], [port(80, on: other)]) == nil)
        #expect(HostPortClaims.conflict([port(81, on: one)], [port(80, on: other)]) == nil)
    }
}
