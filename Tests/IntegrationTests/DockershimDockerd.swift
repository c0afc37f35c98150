import HTTPClient
import Linux
import NIOCore
import Testing

/// A real dockerd with everything of its own beneath one folder, and two images: `localhost/pause:1` (catatonit) and
/// `localhost/busybox:1`.
struct Dockerd: Sendable {
    let folder: String
    var socket: String { folder + "/docker.sock" }
    /// Every container's cgroup is beneath it.
    var cgroup: String { "/" + folder.split(separator: "/").joined(separator: "-") }

    static let isPresent = Command.find("dockerd") != nil && Command.find("crun") != nil

    /// Starts it, runs `body`, ends it, and takes away what it left, whatever happened.
    static func with(_ body: @Sendable (Dockerd) async throws -> Void) async throws {
        let dockerd = Dockerd(folder: "/tmp/shim-\(UInt32.random(in: 0 ... .max))")
        try Files.makeFolders(dockerd.folder)
        try Files.write(dockerd.folder + "/daemon.json", Array("{}".utf8))
        try dockerd.writeRuntime()
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

    private var command: Command {
        Command(
            "dockerd",
            [
                "--data-root", folder + "/data", "--exec-root", folder + "/exec", "--host", "unix://" + socket,
                "--pidfile", folder + "/pid", "--config-file", folder + "/daemon.json", "--bridge=none",
                "--iptables=false", "--ip-masq=false", "--add-runtime", "crun=\(folder)/crun", "--default-runtime",
                "crun",
            ])
    }

    /// crun, but for one wish of the bridge that a host without CAP_SYS_RESOURCE cannot grant: a pause process that the
    /// kernel spares (`oom_score_adj` -998).
    private func writeRuntime() throws {
        let script = """
            #!/bin/sh
            next=
            for argument; do
                [ "$next" ] && sed -i 's/"oomScoreAdj":-[0-9]*/"oomScoreAdj":\(try DaemonRights.read().lowestOOMScore)/' \
                    "$argument/config.json"
                next=; [ "$argument" = --bundle ] && next=yes
            done
            exec /usr/bin/crun "$@"
            """
        try Files.write(folder + "/crun", Array(script.utf8), mode: 0o755)
    }

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
        try await load("pause", files: ["/usr/bin/catatonit": "catatonit"], changes: #"ENTRYPOINT ["/catatonit","-P"]"#)
        try await load("busybox", files: ["/bin/busybox": "bin/sh"], changes: #"CMD ["/bin/sh"]"#)
    }

    /// Makes an image of one layer out of host files; every applet of busybox is the same program.
    private func load(_ name: String, files: [String: String], changes: String) async throws {
        let tree = "\(folder)/\(name)"
        for (source, target) in files {
            try Files.makeFolders(Files.parent(of: "\(tree)/\(target)"))
            try Files.write("\(tree)/\(target)", try Files.read(source), mode: 0o755)
        }
        if name == "busybox" {
            for applet in ["sleep", "cat", "echo", "ip", "ps", "dd"] {
                try Files.symlink("sh", at: "\(tree)/bin/\(applet)")
            }
        }
        let archive = "\(folder)/\(name).tar"
        let made = try await Processes.shared.run(Command("tar", ["-C", tree, "-cf", archive, "."]))
        try #require(made.status == .exited(0))
        let query = "fromSrc=-&repo=localhost/\(name)&tag=1&changes=\(Self.encoded(changes))"
        let answer = try await HTTPClient(.unixSocket(path: socket)).send(
            HTTPRequest(
                "POST", "/images/create?\(query)", headers: [("Content-Type", "application/x-tar")],
                body: .file(path: archive)))
        try #require(answer.head.status == 200, "\(String(buffer: answer.body))")
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
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
