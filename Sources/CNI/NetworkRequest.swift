package struct NetworkRequest: Sendable, Codable, Equatable {
    package var pod: PodIdentity
    package var portMappings: [PortMapping]
    /// Bits per second; 0: none.
    package var ingressBandwidth: UInt64
    package var egressBandwidth: UInt64
    package init(
        pod: PodIdentity, portMappings: [PortMapping] = [], ingressBandwidth: UInt64 = 0, egressBandwidth: UInt64 = 0
    ) {
        self.pod = pod
        self.portMappings = portMappings
        self.ingressBandwidth = ingressBandwidth
        self.egressBandwidth = egressBandwidth
    }
}
