package struct PortMapping: Sendable, Codable, Equatable {
    package enum TransportProtocol: String, Sendable, Codable { case tcp, udp, sctp }
    package var transport: TransportProtocol
    package var containerPort: Int
    package var hostPort: Int
    package var hostIP: String
    package init(transport: TransportProtocol, containerPort: Int, hostPort: Int, hostIP: String = "") {
        self.transport = transport
        self.containerPort = containerPort
        self.hostPort = hostPort
        self.hostIP = hostIP
    }
}
