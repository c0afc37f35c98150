import DockerAPI

/// /proc/PID/net/dev: the counters of the interfaces that a process sees.
enum InterfaceCounters {
    static func read(_ text: String) -> [String: NetworkStats] {
        var interfaces: [String: NetworkStats] = [:]
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].filter { $0 != " " }
            let numbers = line[line.index(after: colon)...].split(separator: " ").compactMap { UInt64($0) }
            // Eight counters in, eight out; Docker leaves the loopback out.
            guard numbers.count >= 16, name != "lo" else { continue }
            var stats = NetworkStats()
            (stats.rxBytes, stats.rxPackets, stats.rxErrors, stats.rxDropped) = (
                numbers[0], numbers[1], numbers[2], numbers[3]
            )
            (stats.txBytes, stats.txPackets, stats.txErrors, stats.txDropped) = (
                numbers[8], numbers[9], numbers[10], numbers[11]
            )
            interfaces[name] = stats
        }
        return interfaces
    }
}
