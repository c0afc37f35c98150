import DockerAPI
import Linux

extension NetworkStats {
    /// Docker leaves the loopback out, as the counters do.
    init(_ counters: InterfaceCounters) {
        self.init()
        rxBytes = counters.receivedBytes
        rxPackets = counters.receivedPackets
        rxErrors = counters.receiveErrors
        rxDropped = counters.receiveDrops
        txBytes = counters.sentBytes
        txPackets = counters.sentPackets
        txErrors = counters.sendErrors
        txDropped = counters.sendDrops
    }
}
