/// What one network interface has carried, as /proc/PID/net/dev tells it.
package struct InterfaceCounters: Sendable, Equatable {
    package var name: String
    package var receivedBytes: UInt64 = 0
    package var receivedPackets: UInt64 = 0
    package var receiveErrors: UInt64 = 0
    package var receiveDrops: UInt64 = 0
    package var sentBytes: UInt64 = 0
    package var sentPackets: UInt64 = 0
    package var sendErrors: UInt64 = 0
    package var sendDrops: UInt64 = 0

    package init(name: String) { self.name = name }

    /// The interfaces that a process sees, without the loopback, in the kernel's order; none when it is gone. Blocks.
    package static func of(_ pid: Int32) -> [InterfaceCounters] {
        // A process that has just ended has no file any more, which is the same as having no interfaces.
        guard pid > 0, let text = try? Files.read("/proc/\(pid)/net/dev", limit: 4 << 20) else { return [] }
        return parse(String(decoding: text, as: UTF8.self))
    }

    /// Two lines of titles, then `eth0: ` and sixteen numbers a line, eight in and eight out.
    package static func parse(_ text: String) -> [InterfaceCounters] {
        text.split(separator: "\n").compactMap { line in
            guard let colon = line.lastIndex(of: ":") else { return nil }
            let numbers = line[line.index(after: colon)...].split(separator: " ").compactMap { UInt64($0) }
            var counters = InterfaceCounters(name: String(line[..<colon].drop { $0 == " " }))
            guard numbers.count >= 16, counters.name != "lo" else { return nil }
            counters.receivedBytes = numbers[0]
            counters.receivedPackets = numbers[1]
            counters.receiveErrors = numbers[2]
            counters.receiveDrops = numbers[3]
            counters.sentBytes = numbers[8]
            counters.sentPackets = numbers[9]
            counters.sendErrors = numbers[10]
            counters.sendDrops = numbers[11]
            return counters
        }
    }
}
