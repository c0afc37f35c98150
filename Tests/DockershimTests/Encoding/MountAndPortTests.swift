import CRI
import DockerAPI
import Testing

@testable import Dockershim

@Suite("Mounts and ports")
struct MountAndPortTests {
    @Test(
        "a bind string lists ro, Z and the propagation in this order",
        arguments: [
            (Mount(containerPath: "/c", hostPath: "/h"), "/h:/c"),
            (Mount(containerPath: "/c", hostPath: "/h", readonly: true), "/h:/c:ro"),
            (Mount(containerPath: "/c", hostPath: "/h", selinuxRelabel: true), "/h:/c:Z"),
            (Mount(containerPath: "/c", hostPath: "/h", propagation: .propagationHostToContainer), "/h:/c:rslave"),
            (Mount(containerPath: "/c", hostPath: "/h", propagation: .propagationBidirectional), "/h:/c:rshared"),
            (
                Mount(
                    containerPath: "/c", hostPath: "/h", readonly: true, selinuxRelabel: true,
                    propagation: .propagationBidirectional), "/h:/c:ro,Z,rshared"
            ),
            (Mount(containerPath: "/c", hostPath: "/h", propagation: MountPropagation(rawValue: 9)), "/h:/c"),
        ])
    func binds(mount: Mount, text: String) {
        #expect(MountEncoding.bind(mount) == text)
    }

    @Test("only ports with a host port are exposed and bound; several host ports append")
    func ports() {
        let ports = PortEncoding.docker([
            PortMapping(transport: .tcp, containerPort: 80, hostPort: 8080),
            PortMapping(transport: .tcp, containerPort: 80, hostPort: 8081, hostIp: "127.0.0.1"),
            PortMapping(transport: .udp, containerPort: 53, hostPort: 53),
            PortMapping(transport: .sctp, containerPort: 9, hostPort: 9),
            PortMapping(transport: .tcp, containerPort: 1234),
        ])
        #expect(ports.exposed.keys.sorted() == ["53/udp", "80/tcp", "9/sctp"])
        #expect(
            ports.bindings["80/tcp"] == [
                PortBinding(hostIP: "", hostPort: "8080"), PortBinding(hostIP: "127.0.0.1", hostPort: "8081"),
            ])
    }

    @Test("a protocol without a name counts as TCP")
    func unknownProtocol() {
        #expect(PortEncoding.protocolName(PortProtocol(rawValue: 7)) == "tcp")
    }

    @Test(
        "bandwidth annotations are Kubernetes quantities",
        arguments: [
            ("10M", 10_000_000.0), ("1Gi", 1_073_741_824), ("1e6", 1_000_000), ("5000", 5000), ("1.5k", 1500),
        ])
    func quantities(text: String, bits: Double) {
        #expect(Bandwidth.quantity(text) == bits)
    }

    @Test("a bandwidth out of range or unreadable is refused", arguments: ["1", "10X", "", "2P", "-5M", "nan"])
    func refusesBandwidth(text: String) {
        #expect(throws: BridgeFailure.self) { try Bandwidth.read([Bandwidth.ingress: text], Bandwidth.ingress) }
    }
}
