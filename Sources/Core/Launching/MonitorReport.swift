import FoundationEssentials
package import Faults

/// The line a monitor writes once `runtime create` has ended: `{"data": PID}`, or a negative number with the runtime's words.
package struct MonitorReport: Decodable, Sendable, Equatable {
    package var data: Int32
    package var message: String?

    /// Bytes of a report; conmon cuts the runtime's words at 8 KiB.
    package static let limit = 64 << 10

    /// - Throws: `.badRequest` when the program itself is at fault, else `.ours`; always with the runtime's words.
    package static func pid(from line: [UInt8], verb: String = "create") throws(OxbowError) -> Int32 {
        guard !line.isEmpty else { throw OxbowError(.ours, "monitor: ended without a report") }
        let report: MonitorReport
        do {
            report = try JSONDecoder().decode(MonitorReport.self, from: Data(line))
        } catch {
            throw OxbowError(.ours, "monitor: unreadable report", origin: error)
        }
        if report.data > 0 { return report.data }
        throw RuntimeWords.failure(of: verb, report.message ?? "")
    }
}

/// What a runtime says of its failures, for people.
package enum RuntimeWords {
    /// - Parameter words: standard error, or a monitor's report.
    package static func failure(of verb: String, _ words: String) -> OxbowError {
        let line = clean(words)
        let programs = [
            "executable file", "no such file or directory", "not found", "permission denied", "open executable",
        ]
        let isProgram = programs.contains { line.lowercased().contains($0) }
        return OxbowError(
            isProgram ? .badRequest : .ours,
            "container: OCI runtime \(verb) failed: \(line.isEmpty ? "the runtime gave no reason" : line)")
    }

    /// One line without control characters, at most 1 KiB.
    package static func clean(_ words: String) -> String {
        let printable = words.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) }
        let parts = String(printable).split(separator: " ", omittingEmptySubsequences: true)
        return String(parts.joined(separator: " ").prefix(1024))
    }
}
