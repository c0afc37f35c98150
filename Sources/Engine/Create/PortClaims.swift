import CNI
import Core
import Faults

/// Whether the ports that a container is to publish are free at the moment of its start.
enum PortClaims {
    /// - Parameters:
    ///   - running: other containers; their forwarded ports are bound by nobody, so only their records tell.
    ///   - probe: whether the port of the host is free.
    /// - Returns: Docker's words for the first port that is not; nil when all are.
    static func conflict(
        of record: ContainerRecord, running: [ContainerRecord],
        probe: (PortMapping.TransportProtocol, UInt16) throws(OxbowError) -> UInt16?
    ) throws(OxbowError) -> String? {
        let others = running.filter { $0.id != record.id && $0.state == .running }.flatMap(mappings)
        for mapping in mappings(of: record) {
            let isForwarded = others.contains { other in
                other.transport == mapping.transport && other.hostPort == mapping.hostPort
                    && (other.hostIP == mapping.hostIP || isEvery(other.hostIP) || isEvery(mapping.hostIP))
            }
            var isTaken = isForwarded
            if !isTaken { isTaken = try probe(mapping.transport, UInt16(clamping: mapping.hostPort)) == nil }
            if isTaken {
                let address = mapping.hostIP.isEmpty ? "0.0.0.0" : mapping.hostIP
                return "driver failed programming external connectivity on endpoint \(record.spec.name) "
                    + "(\(record.id)): Bind for \(address):\(mapping.hostPort) failed: port is already allocated"
            }
        }
        return nil
    }

    static func mappings(of record: ContainerRecord) -> [PortMapping] {
        guard case .pod(let request, _) = record.spec.network else { return [] }
        return request.portMappings
    }

    private static func isEvery(_ address: String) -> Bool { ["", "0.0.0.0", "::"].contains(address) }
}
