import Core
import Linux
import Logging
import Trace

/// The recorded traces, and what every replay of them in these tests shares.
enum ReplayTraces {
    static let kubelet = [
        "one-pod.jsonl", "multi.jsonl", "crashloop.jsonl", "image-missing.jsonl", "kubelet-restart.jsonl",
        "churn20.jsonl.gz", "steady30.jsonl.gz",
    ]

    static func read(_ name: String) async throws -> Trace {
        try await TraceReader.read(packageFolder + "/Traces/kubelet-1.20.2/" + name)
    }

    /// Built together with these tests, in the same folder.
    static var oxbow: String {
        get throws { Files.parent(of: try Files.link(at: "/proc/self/exe")) + "/oxbow" }
    }

    static func play(_ trace: Trace, on socket: String) async throws -> ReplayReport {
        var log = Logger(label: "replay-test")
        log.logLevel = .warning
        let folder = "/tmp/oxbow-replay-test-\(UInt32.random(in: 0 ... .max))"
        let session = ReplaySession(
            trace, to: socket, options: ReplayOptions(speed: .max, workFolder: folder), images: BuiltinImageSource(),
            log: log)
        return try await session.run()
    }

    /// A difference is no failure, but whoever reads the log should see it.
    static func tell(_ report: ReplayReport, _ what: String) {
        for difference in report.differences {
            print(
                "\(what): \(difference.sequence) \(difference.method) \(difference.field): "
                    + "\(difference.recorded ?? "–") → \(difference.replayed ?? "–")")
        }
    }

    private static let packageFolder = String(#filePath.prefix(upTo: #filePath.firstRange(of: "/Tests/")!.lowerBound))
}

/// Oxbow's own two images.
struct BuiltinImageSource: ImageSource {
    func push(_ reference: String, toRegistryAt address: String) async throws {
        try await BuiltinImages.push(reference, toRegistryAt: address)
    }
}
