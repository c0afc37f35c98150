/// Counters of one interface, as the container sees it.
package struct NetworkStats: GoObject {
    package var rxBytes: UInt64 = 0
    package var rxPackets: UInt64 = 0
    package var rxErrors: UInt64 = 0
    package var rxDropped: UInt64 = 0
    package var txBytes: UInt64 = 0
    package var txPackets: UInt64 = 0
    package var txErrors: UInt64 = 0
    package var txDropped: UInt64 = 0
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("rx_bytes", \.rxBytes),
        .always("rx_packets", \.rxPackets),
        .always("rx_errors", \.rxErrors),
        .always("rx_dropped", \.rxDropped),
        .always("tx_bytes", \.txBytes),
        .always("tx_packets", \.txPackets),
        .always("tx_errors", \.txErrors),
        .always("tx_dropped", \.txDropped),
    ]
}
