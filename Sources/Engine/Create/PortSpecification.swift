import CNI
import Faults

/// A port of a container: `80/tcp`, `53/udp`, `80` (TCP).
struct PortSpecification: Hashable, CustomStringConvertible {
    var port: UInt16
    var transport: PortMapping.TransportProtocol

    var description: String { "\(port)/\(transport.rawValue)" }

    /// Reads one port or a range (`8000-8010/tcp`); at most 65535 ports come of it.
    /// - Throws: `.badRequest` `invalid port specification: "x"`
    static func list(_ text: String) throws(OxbowError) -> [PortSpecification] {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let range = range(parts[0]),
            let transport = PortMapping.TransportProtocol(rawValue: parts.count == 2 ? parts[1].lowercased() : "tcp")
        else { throw OxbowError(.badRequest, "invalid port specification: \"\(text)\"") }
        return range.map { PortSpecification(port: $0, transport: transport) }
    }

    /// `8080` or `8000-8010`, from 1 on.
    static func range(_ text: some StringProtocol) -> ClosedRange<UInt16>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        switch ends.count {
        case 1:
            guard let only = ends[0], only > 0 else { return nil }
            return only...only
        case 2:
            guard let first = ends[0], let last = ends[1], first > 0, first <= last else { return nil }
            return first...last
        default: return nil
        }
    }
}
