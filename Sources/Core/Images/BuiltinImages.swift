import Faults
import FoundationEssentials
import Linux
import NIOCore
import OCI

/// Two images made from the host's own programs, so that the first run needs no registry: a pause image from `catatonit`
/// and a small shell image from `busybox`. The same host programs give the same digests.
package enum BuiltinImages {
    package static let pauseName = "localhost/pause:1"
    package static let shellNames = ["localhost/busybox:trace", "docker.io/library/busybox:latest"]

    /// Where the host's programs are, and which Debian package brings each.
    private static let catatonit = (path: "/usr/bin/catatonit", package: "catatonit")
    private static let busybox = (path: "/bin/busybox", package: "busybox-static")

    /// One of the two: its layer as an uncompressed tar, and its configuration document.
    struct Content: Sendable {
        var layer: [UInt8]
        var config: [UInt8]
        var names: [Reference]

        var diff: Digest { Digest.of(ByteBuffer(bytes: layer)) }
    }

    /// Adds those of the two that the store does not have. A host without the programs gets a store without the images:
    /// that is said once, and whoever asks for one of them is told that it is not there.
    static func ensure(in store: ImageStore) async throws(OxbowError) {
        for (make, names) in [(pause, [pauseName]), (shell, shellNames)] {
            var absent = false
            for name in names where try await store.find(name) == nil { absent = true }
            guard absent else { continue }
            let content: Content
            do throws(OxbowError) {
                content = try await make()
            } catch {
                store.logger.warning("a built-in image cannot be made", metadata: ["error": "\(error.message)"])
                continue
            }
            try await add(content, to: store)
        }
    }

    private static func add(_ content: Content, to store: ImageStore) async throws(OxbowError) {
        let tar = "\(store.folders.unfinished)/builtin-\(content.diff.hex.prefix(12)).tar"
        try await store.host("built-in") { try Files.write(tar, content.layer) }
        _ = try await store.changes.run("images") { () async throws(OxbowError) in
            try await store.add(
                ImageContent(config: content.config, layers: [tar]), names: content.names, progress: { _, _ in })
        }
        try await store.host("built-in") { try Files.removeFile(tar) }
    }

    static func pause() async throws(OxbowError) -> Content {
        let program = try await read(catatonit)
        var tar = TarWriter()
        tar.file("catatonit", program, mode: 0o755)
        return try content(
            tar.finished(), names: [pauseName],
            ImageConfig(environment: [Command.path], entrypoint: ["/catatonit", "-P"]))
    }

    static func shell() async throws(OxbowError) -> Content {
        let program = try await read(busybox)
        var tar = TarWriter()
        for folder in ["bin", "dev", "etc", "home", "proc", "root", "sys", "usr", "usr/bin", "var", "var/run"] {
            tar.folder(folder, mode: 0o755)
        }
        tar.folder("tmp", mode: 0o1777)
        tar.file("bin/busybox", program, mode: 0o755)
        for applet in try await applets() where applet != "busybox" { tar.symlink("bin/\(applet)", to: "busybox") }
        tar.file("etc/passwd", Array(Self.passwd.utf8), mode: 0o644)
        tar.file("etc/group", Array(Self.group.utf8), mode: 0o644)
        return try content(
            tar.finished(), names: shellNames, ImageConfig(environment: [Command.path], command: ["/bin/sh"]))
    }

    private static let passwd = """
        root:x:0:0:root:/root:/bin/sh
        daemon:x:1:1:daemon:/usr/sbin:/bin/false
        nobody:x:65534:65534:nobody:/:/bin/false

        """
    private static let group = """
        root:x:0:
        daemon:x:1:
        tty:x:5:
        users:x:100:
        nogroup:x:65534:

        """

    private static func content(
        _ layer: [UInt8], names: [String], _ config: ImageConfig
    ) throws(OxbowError) -> Content {
        var config = config
        config.architecture = Descriptor.Platform.host.architecture
        config.os = "linux"
        config.created = "1970-01-01T00:00:01Z"
        config.layerDiffIDs = [Digest.of(ByteBuffer(bytes: layer))]
        config.history = [.init(created: config.created, createdBy: "oxbow: made from the host's own program")]
        var references: [Reference] = []
        for name in names { references.append(try Reference(parsing: name)) }
        let document = OCIDocument.write(ImageConfigDocument(config))
        return Content(layer: layer, config: Array(document.readableBytesView), names: references)
    }

    private static func read(_ program: (path: String, package: String)) async throws(OxbowError) -> [UInt8] {
        do {
            return try await blocking { try Files.read(program.path, limit: 64 << 20) }
        } catch {
            throw OxbowError(
                .runtimeDown, "built-in image: \(program.path) is missing; install the package \(program.package)",
                origin: error)
        }
    }

    private static func applets() async throws(OxbowError) -> [String] {
        do throws(SpawnFailure) {
            let listed = try await Processes.shared.run(Command(busybox.path, ["--list"]), deadline: .seconds(10))
            return String(decoding: listed.output, as: UTF8.self).split(separator: "\n").map(String.init).sorted()
        } catch {
            throw OxbowError(.runtimeDown, "built-in image: busybox does not list its programs", origin: error)
        }
    }
}
