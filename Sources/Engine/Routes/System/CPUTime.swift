/// The whole host's CPU time, from /proc/stat.
struct CPUTime: Equatable {
    /// Nanoseconds of all CPUs in all states.
    var total: UInt64
    var cpus: Int

    /// The kernel counts in hundredths of a second.
    static let tick: UInt64 = 10_000_000

    /// nil for text without the `cpu` line.
    init?(statistics text: String) {
        var total: UInt64?
        cpus = 0
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let first = words.first, first.hasPrefix("cpu") else { continue }
            if first == "cpu" {
                // user, nice, system, idle, iowait, irq, softirq: what Docker adds up. Guests are counted in user.
                total = words.dropFirst().prefix(7).compactMap { UInt64($0) }.reduce(0, +)
            } else {
                cpus += 1
            }
        }
        guard let total else { return nil }
        self.total = total * Self.tick
    }
}
