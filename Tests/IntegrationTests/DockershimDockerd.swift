import Core
import HTTPClient
import Linux
import NIOCore
import TestSupport
import Testing

/// A real dockerd with everything of its own beneath one folder, and Oxbow's own two images.
struct Dockerd: Sendable {
    let folder: String
    var socket: String { folder + "/docker.sock" }
    /// Every container's cgroup is beneath it.
    var cgroup: String { "/" + folder.split(separator: "/").joined(separator: "-") }

    static let isPresent = Command.find("dockerd") != nil && Command.find("crun") != nil

    /// Starts it, runs `body`, ends it, and takes away what it left, whatever happened.
    static func with(_ body: @Sendable (Dockerd) async throws -> Void) async throws {
        let dockerd = Dockerd(folder: "/tmp/shim-\(UInt32.random(in: 0 ... .max))")
        try await blocking { try DockerdFiles.write(in: dockerd.folder) }
        let pid = try await Processes.shared.start(dockerd.command)
        let result: Result<Void, any Error>
        do {
            try await dockerd.untilReady()
            try await dockerd.loadImages()
            result = .success(try await body(dockerd))
        } catch {
            result = .failure(error)
        }
        try Signals.send(15, to: pid)
        _ = await Processes.shared.wait(for: pid)
        try await dockerd.cleanUp()
        try result.get()
    }

    private var command: Command { Command("dockerd", DockerdFiles.arguments(in: folder)) }

    private func untilReady() async throws {
        let client = HTTPClient(.unixSocket(path: socket))
        for _ in 0..<300 {
            if Files.exists(socket), await (try? client.send(HTTPRequest("HEAD", "/_ping")))?.head.status == 200 {
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw DockerdFailure(what: "dockerd does not answer")
    }

    private func loadImages() async throws {
        let archive = folder + "/images.tar"
        try await BuiltinImages.writeArchive(to: archive)
        let answer = try await HTTPClient(.unixSocket(path: socket)).send(
            HTTPRequest(
                "POST", "/images/load", headers: [("Content-Type", "application/x-tar")], body: .file(path: archive)))
        try #require(answer.head.status == 200, "\(String(buffer: answer.body))")
    }

    /// Containers that dockerd still has.
    func containers() async throws -> String {
        let client = HTTPClient(.unixSocket(path: socket))
        return String(buffer: try await client.send(HTTPRequest("GET", "/containers/json?all=1")).body)
    }

    private func cleanUp() async throws {
        for point in try Mounts.points(beneath: folder) { try Mounts.unmount(point, lazily: true) }
        try Files.removeTree(folder)
        try CgroupTree.detect().remove(cgroup)
        // On a hybrid host crun makes one in the v2 tree too, which the tree of controllers does not hold.
        _ = try await Processes.shared.run(Command("rmdir", ["/sys/fs/cgroup/unified" + cgroup]))
    }
}

struct DockerdFailure: Error { let what: String }
