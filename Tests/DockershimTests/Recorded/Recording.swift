import CRI
import FoundationEssentials
import Linux
import Testing

/// One recording of both sides of the real bridge: what the kubelet asked, and what dockershim sent to dockerd for it.
struct Recording: Sendable {
    /// A line of the kubelet's side.
    struct Call: Sendable {
        /// Microseconds since the recording began.
        var start: Int
        var end: Int
        /// `RuntimeService/RunPodSandbox`
        var method: String
        var request: JSONValue
        /// JSON text; nil when the call failed.
        var response: String?
        var error: Failure?
    }

    struct Failure: Sendable, Equatable {
        var code: Int
        var message: String
    }

    /// A line of the daemon's side.
    struct REST: Sendable {
        var start: Int
        var end: Int
        var method: String
        var path: String
        /// As in the request line.
        var query: String
        var request: JSONValue?
        var status: Int
        var response: String
        /// What a hijacked connection said, raw.
        var output: [UInt8]
    }

    var calls: [Call] = []
    var rest: [REST] = []

    /// All recordings of dockershim 1.20.2 in the repository.
    static let names = [
        "one-pod.jsonl", "multi.jsonl", "crashloop.jsonl.gz", "image-missing.jsonl.gz", "churn20.jsonl.gz",
    ]

    /// - Parameter root: a folder that takes the place of the recorded host's: the files that the bridge writes (log links,
    ///   resolv.conf) are beneath it, in requests and answers alike.
    static func load(_ name: String, root: String) async throws -> Recording {
        // Tests/DockershimTests/Recorded/Recording.swift
        let repository = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let text = try await content("\(repository)/Traces/dockershim-1.20.2/\(name)")
        var recording = Recording()
        for line in text.split(separator: UInt8(ascii: "\n")).dropFirst() {
            try recording.add(RecordedLine(line), root: root)
        }
        return recording
    }

    /// Of a gzip file, by the program that every host has, or of a plain one.
    private static func content(_ path: String) async throws -> Data {
        guard path.hasSuffix(".gz") else { return try Data(contentsOf: URL(filePath: path)) }
        let result = try await Processes.shared.run(Command("gzip", ["-dc", path]), outputLimit: 64 << 20)
        try #require(result.status == .exited(0), "gzip: cannot read \(path)")
        return Data(result.output)
    }

    private mutating func add(_ line: RecordedLine, root: String) throws {
        let start = try #require(line.head["at_us"]?.int)
        let end = start + (line.head["dur_us"]?.int ?? 0)
        let request = line.head["request"]?.mapStrings { Self.moved($0, to: root) }
        let response = line.response.map { Self.moved($0, to: root) }
        switch line.head["kind"]?.string {
        case nil:
            calls.append(
                Call(
                    start: start, end: end, method: try #require(line.head["method"]?.string), request: request ?? [:],
                    response: response,
                    error: (line.head["error"]?["code"]?.int).map {
                        Failure(code: $0, message: line.head["error"]?["message"]?.string ?? "")
                    }))
        case "rest":
            let output = try (line.head["hijack_out"]?.string).map { try #require(Data(base64Encoded: $0)) }
            try makeFiles(response)
            rest.append(
                REST(
                    start: start, end: end, method: try #require(line.head["http"]?.string),
                    path: try #require(line.head["path"]?.string), query: line.head["query"]?.string ?? "",
                    request: request, status: try #require(line.head["status"]?.int),
                    response: response ?? line.head["response_text"]?.string ?? "", output: Array(output ?? Data())))
        default: break
        }
    }

    private static func moved(_ text: String, to root: String) -> String {
        var moved = text
        for (old, new) in [("/var/lib/docker/", "/docker/"), ("/var/log/pods/", "/pods/")] where moved.contains(old) {
            moved = moved.replacing(old, with: root + new)
        }
        return moved
    }

    /// What Docker and the kubelet had made before the bridge writes: a container's resolv.conf, and its log's folder.
    private func makeFiles(_ inspect: String?) throws {
        guard let inspect, inspect.hasPrefix("{"), inspect.contains("ResolvConfPath") else { return }
        let facts = try JSONDecoder().decode(InspectedPaths.self, from: Data(inspect.utf8))
        if !FileManager.default.fileExists(atPath: facts.ResolvConfPath) {
            let folder = Files.parent(of: facts.ResolvConfPath)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data().write(to: URL(filePath: facts.ResolvConfPath))
        }
        if let log = facts.Config.Labels["io.kubernetes.container.logpath"] {
            try FileManager.default.createDirectory(atPath: Files.parent(of: log), withIntermediateDirectories: true)
        }
    }

    /// Named as in Docker's JSON.
    private struct InspectedPaths: Decodable {
        struct Configuration: Decodable { var Labels: [String: String] }
        var ResolvConfPath: String
        var Config: Configuration
    }
}
