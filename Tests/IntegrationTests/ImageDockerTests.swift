import Core
import Glibc
import Linux
import Logging
import OCI
import TestSupport
import Testing

/// Images to and from a real dockerd, which knows nothing of us.
@Suite(.enabled(if: DockerFixture.isPossible, "needs root, dockerd and the docker program"), .timeLimit(.minutes(3)))
struct ImageDockerTests {
    @Test("dockerd loads our archive, and we read back what it saves, as the same images")
    func archives() async throws {
        try await DockerFixture.with { docker in
            let folder = docker.folder
            let archive = folder.appending("builtin.tar")
            try await BuiltinImages.writeArchive(to: archive)
            let loaded = try await docker.run("load", "-i", archive)
            #expect(loaded.contains("Loaded image: localhost/pause:1"))
            #expect(loaded.contains("Loaded image: busybox:latest"))
            let id = try await docker.run("inspect", "-f", "{{.Id}}", "busybox").split(separator: "\n").first
            #expect(id.map(String.init) == (try await BuiltinImages.shell().id.description))

            let saved = folder.appending("saved.tar")
            _ = try await docker.run("save", "-o", saved, "busybox:latest", "localhost/pause:1")
            let store = try await ImageStore.open(
                root: folder.appending("store"), logger: Logger(label: "docker-test") { _ in SwiftLogNoOpLogHandler() })
            for image in try await store.all() { try await store.remove(image.id) }
            let imported = try await store.importImages(fromFile: saved) { _ in }
            #expect(
                Set(imported.map(\.image.id)) == [
                    try await BuiltinImages.shell().id, try await BuiltinImages.pause().id,
                ])
        }
    }

    @Test("dockerd pulls from a registry what we pushed")
    func pull() async throws {
        try await RegistryFixture.with { registry in
            let digest = try await BuiltinImages.push("localhost/busybox:1", toRegistryAt: registry.address)
            try await DockerFixture.with { docker in
                let output = try await docker.run("pull", "\(registry.address)/busybox:1")
                #expect(output.contains("Digest: \(digest)"))
                #expect(output.contains("Status: Downloaded newer image"))
            }
        }
    }

    @Test("layers that Docker builds with whiteouts and links look to a container as they do to Docker")
    func builtLayers() async throws {
        try await DockerFixture.with { docker in
            let folder = docker.folder
            let archive = folder.appending("builtin.tar")
            try await BuiltinImages.writeArchive(to: archive)
            _ = try await docker.run("load", "-i", archive)
            // Two layers: the second hides a file, a folder's content and a folder.
            let script = """
                set -e; cd \(folder.path); mkdir -p one/d/sub one/gone one/full; echo 1 > one/d/keep; echo 1 > one/d/drop
                echo 1 > one/gone/x; echo 1 > one/full/old; ln one/d/keep one/d/hard; ln -s keep one/d/soft
                tar -C one -cf one.tar .
                mkdir -p two/d two/full; touch two/d/.wh.drop two/.wh.gone two/full/.wh..wh..opq; echo 2 > two/full/new
                tar -C two -cf two.tar .
                a=$(sha256sum one.tar | cut -d' ' -f1); b=$(sha256sum two.tar | cut -d' ' -f1)
                mkdir -p image/one image/two; mv one.tar image/one/layer.tar; mv two.tar image/two/layer.tar
                echo '{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:'$a'","sha256:'$b'"]}}' > image/c.json
                echo '[{"Config":"c.json","RepoTags":["layers:1"],"Layers":["one/layer.tar","two/layer.tar"]}]' > image/manifest.json
                tar -C image -cf image.tar .
                """
            let made = try await Processes.shared.run(Command("sh", ["-c", script]))
            try #require(made.status == .exited(0))
            _ = try await docker.run("load", "-i", folder.appending("image.tar"))
            _ = try await docker.run("create", "--name", "look", "layers:1", "/none")
            _ = try await docker.run("export", "-o", folder.appending("theirs.tar"), "look")
            let theirs = try await Processes.shared.run(
                Command(
                    "sh",
                    [
                        "-c",
                        "tar -tf \(folder.appending("theirs.tar")) | grep -E '^(d|gone|full)(/|$)' | sed 's,/$,,' | sort",
                    ]))

            let store = try await ImageStore.open(
                root: folder.appending("store"), logger: Logger(label: "docker-test") { _ in SwiftLogNoOpLogHandler() })
            let image = try await store.importImages(fromFile: folder.appending("image.tar")) { _ in }[0].image
            let lower = try await store.layerFolders(of: image.id)
            try await blocking {
                for name in ["upper", "work", "merged"] { try Files.makeFolders(folder.appending(name)) }
                try Mounts.overlay(
                    lower: lower.reversed(), upper: folder.appending("upper"), work: folder.appending("work"),
                    at: folder.appending("merged"))
            }
            let ours = try await Processes.shared.run(
                Command("sh", ["-c", "cd \(folder.appending("merged")) && find . -mindepth 1 | sed 's,^./,,' | sort"]))
            #expect(String(decoding: ours.output, as: UTF8.self) == String(decoding: theirs.output, as: UTF8.self))
            #expect(String(decoding: ours.output, as: UTF8.self).contains("full/new"))
        }
    }
}

/// A dockerd with folders of its own and no network, stopped and removed whatever the test did.
struct DockerFixture: Sendable {
    let folder: TemporaryFolder
    private var socket: String { "unix://" + folder.appending("d.sock") }

    static let isPossible =
        getuid() == 0
        && ["dockerd", "docker"].allSatisfy { name in Host.programFolders.contains { Files.exists("\($0)/\(name)") } }

    struct Broken: Error { let description: String }

    static func with(_ body: @Sendable (DockerFixture) async throws -> Void) async throws {
        try await TemporaryFolder.with("docker") { folder in
            let fixture = DockerFixture(folder: folder)
            // Instead of the host's own.
            try await blocking { try Files.write(folder.appending("daemon.json"), Array("{}".utf8)) }
            let pid = try await Processes.shared.start(
                Command(
                    "dockerd",
                    [
                        "--data-root", folder.appending("data"), "--exec-root", folder.appending("exec"), "--pidfile",
                        folder.appending("pid"), "-H", fixture.socket, "--bridge", "none", "--iptables=false",
                        "--config-file", folder.appending("daemon.json"), "--log-level", "error",
                    ]))
            let result: Result<Void, any Error>
            do {
                try await fixture.waitUntilItAnswers()
                result = .success(try await body(fixture))
            } catch {
                result = .failure(error)
            }
            try Signals.send(SIGTERM, to: pid)
            _ = await Processes.shared.wait(for: pid)
            try result.get()
        }
    }

    private func waitUntilItAnswers() async throws {
        for _ in 0..<300 {
            do {
                _ = try await run("version")
                return
            } catch {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        throw Broken(description: "dockerd does not answer")
    }

    func run(_ arguments: String...) async throws -> String {
        let result = try await Processes.shared.run(
            Command("docker", ["-H", socket] + arguments, environment: [Command.path, "HOME=\(folder.path)"]))
        guard result.status == .exited(0) else {
            throw Broken(description: "docker \(arguments): \(String(decoding: result.errors, as: UTF8.self))")
        }
        return String(decoding: result.output, as: UTF8.self)
    }
}
