/// How long tasks of a cgroup stood still for want of a resource: the kernel's pressure stall information.
package struct Pressure: Sendable, Equatable, Codable {
    package struct Line: Sendable, Equatable, Codable {
        /// Nanoseconds in all; the kernel counts microseconds.
        package var total: UInt64 = 0
        /// Per cent of the last 10, 60 and 300 seconds.
        package var average10 = 0.0
        package var average60 = 0.0
        package var average300 = 0.0
        package init() {}
    }
    /// At least one task stood still.
    package var some: Line
    /// All of them did; zero where the kernel does not tell (`cpu.pressure` before Linux 5.13).
    package var full: Line

    package init(some: Line = Line(), full: Line = Line()) {
        self.some = some
        self.full = full
    }

    /// Lines of `some avg10=0.00 avg60=0.00 avg300=0.00 total=0`.
    /// - Returns: nil without a `some` line, which an empty file of a kernel with PSI switched off lacks.
    package init?(parsing text: String) {
        var lines: [Substring: Line] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let kind = words.first else { continue }
            var read = Line()
            for word in words.dropFirst() {
                let pair = word.split(separator: "=")
                guard pair.count == 2 else { return nil }
                switch pair[0] {
                case "avg10": read.average10 = Double(pair[1]) ?? 0
                case "avg60": read.average60 = Double(pair[1]) ?? 0
                case "avg300": read.average300 = Double(pair[1]) ?? 0
                case "total": read.total = (UInt64(pair[1]) ?? 0).multipliedReportingOverflow(by: 1000).partialValue
                default: break
                }
            }
            lines[kind] = read
        }
        guard let some = lines["some"] else { return nil }
        self.init(some: some, full: lines["full"] ?? Line())
    }
}
