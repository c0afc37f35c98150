import DockerAPI
import CRI
import Faults
import FoundationEssentials
import Testing

@testable import Dockershim

@Suite("Files of a pod: resolv.conf and log links")
struct PodFilesTests {
    @Test(
        "resolv.conf has a line for each server and one for searches and options",
        arguments: [
            (
                DNSConfig(servers: ["1.1.1.1", "2.2.2.2"], searches: ["a", "b"], options: ["ndots:5", "x"]),
                "nameserver 1.1.1.1\nnameserver 2.2.2.2\nsearch a b\noptions ndots:5 x\n"
            ),
            (DNSConfig(servers: ["1.1.1.1"]), "nameserver 1.1.1.1\n"), (DNSConfig(), nil),
        ] as [(DNSConfig, String?)])
    func text(config: DNSConfig, expected: String?) {
        #expect(ResolvConf.text(config) == expected)
    }

    private func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/oxbow-shim-tests/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test("Docker's file is rewritten, never made; without a configuration it stays")
    func rewrites() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/resolv.conf"
        await #expect(throws: BridgeFailure.self) {
            try await ResolvConf.rewrite(path, DNSConfig(servers: ["1.1.1.1"]))
        }
        try Data("old, and longer than the new content\n".utf8).write(to: URL(filePath: path))
        try await ResolvConf.rewrite(path, DNSConfig())
        #expect(FileManager.default.contents(atPath: path)?.count == 37)
        try await ResolvConf.rewrite(path, DNSConfig(servers: ["1.1.1.1"]))
        #expect(FileManager.default.contents(atPath: path) == Data("nameserver 1.1.1.1\n".utf8))
    }

    @Test("in 1.20 a start links the log, a removal takes the link away")
    func logLink() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let daemon = ScriptedDaemon { request in
            guard request.path.hasSuffix("/c1/json") else { return Sample.answer(request) }
            return .json(
                Sample.inspect("c1") {
                    $0.logPath = folder + "/docker.log"
                    $0.config.labels?[DockerLabels.logPath] = folder + "/0.log"
                })
        }
        let shim = Bridge(.dockershim120, daemon).shim
        for _ in 0..<2 {
            _ = try await shim.startContainer(StartContainerRequest(containerId: "c1"), .test("StartContainer"))
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/0.log") == folder + "/docker.log")
        _ = try await shim.removeContainer(RemoveContainerRequest(containerId: "c1"), .test("RemoveContainer"))
        #expect(throws: (any Error).self) {
            try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/0.log")
        }
    }

    @Test("a folder in the link's place is not removed")
    func folderStays() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        await #expect(throws: (any Error).self) { try await LogLink.make(at: folder, to: "/x") }
        #expect(FileManager.default.fileExists(atPath: folder))
    }

    @Test("the error of a failed start is told; 1.20 hides it behind that of the inspection", arguments: Era.allCases)
    func failedStart(era: Era) async {
        let daemon = ScriptedDaemon { request in
            if era == .current, request.path.hasSuffix("/c1/json") {
                return .json(
                    Sample.inspect("c1", running: false) { $0.state.finishedAt = "0001-01-01T00:00:00Z" })
            }
            return request.method == "POST" ? .refusal(400, "cannot run") : .refusal(500, "cannot look")
        }
        do {
            let shim = Bridge(era, daemon).shim
            // As its creation would have left it.
            shim.logs.announce("c1", path: "", isTerminal: false)
            _ = try await shim.startContainer(
                StartContainerRequest(containerId: "c1"), .test("StartContainer"))
            Issue.record("a failed start had an answer")
        } catch {
            let current = "failed to start container \"c1\": Error response from daemon: cannot run"
            #expect(error.message == (era == .current ? current : "Error response from daemon: cannot look"))
        }
    }
}
