package import Faults
import Linux
package import NIOCore
package import OCI

/// Two images made of this host's own programs, so that a first run needs no registry: a pause image and a small shell.
///
/// The same programs give the same digests on every host.
package enum BuiltinImages {
    package static let pauseName = "localhost/pause:1"
    package static let shellNames = ["localhost/busybox:trace", "docker.io/library/busybox:latest"]

    /// One image as content: configuration, one plain layer, OCI manifest.
    package struct Image: Sendable {
        package let names: [Reference]
        package let config: ImageConfig
        package let configBytes: ByteBuffer
        package let layer: ByteBuffer
        package let manifest: ByteBuffer
        package let isPause: Bool

        package var id: Digest { Digest.of(configBytes) }

        init(names: [String], _ config: ImageConfig, layer: ByteBuffer, isPause: Bool) throws(OxbowError) {
            var references: [Reference] = []
            for name in names { references.append(try Reference(parsing: name)) }
            self.names = references
            self.layer = layer
            self.isPause = isPause
            let diffID = Digest.of(layer)
            var config = config
            let host = Descriptor.Platform.host
            (config.architecture, config.os) = (host.architecture, host.os)
            config.created = "1970-01-01T00:00:00Z"
            config.layerDiffIDs = [diffID]
            self.config = config
            configBytes = OCIDocument.write(ImageConfigDocument(config))
            manifest = OCIDocument.write(
                ImageManifest(
                    mediaType: MediaType.ociManifest,
                    config: Descriptor(
                        mediaType: MediaType.ociConfig, digest: Digest.of(configBytes),
                        size: UInt64(configBytes.readableBytes)),
                    layers: [
                        Descriptor(
                            mediaType: MediaType.ociPlainLayer, digest: diffID, size: UInt64(layer.readableBytes))
                    ]))
        }
    }

    /// - Throws: `.unsupported` naming the Debian package of a program that is missing.
    package static func pause() async throws(OxbowError) -> Image {
        let program = try await program("/usr/bin/catatonit", package: "catatonit")
        var tar = TarWriter()
        tar.add("catatonit", .file, mode: 0o755, content: program)
        let config = ImageConfig(
            environment: [path], entrypoint: ["/catatonit", "-P"], workingDirectory: "/",
            history: [.init(created: "1970-01-01T00:00:00Z", createdBy: "oxbow: catatonit of this host")])
        return try Image(names: [pauseName], config, layer: tar.finish(), isPause: true)
    }

    /// - Throws: `.unsupported` naming the Debian package of a program that is missing.
    package static func shell() async throws(OxbowError) -> Image {
        let program = try await program("/bin/busybox", package: "busybox-static")
        let applets = try await applets()
        var tar = TarWriter()
        let folders = [
            "bin", "dev", "etc", "home", "proc", "run", "sbin", "sys", "usr", "usr/bin", "usr/sbin", "var", "www",
        ]
        for folder in folders { tar.add(folder + "/", .folder, mode: 0o755) }
        for folder in ["root/", "var/spool/"] { tar.add(folder, .folder, mode: folder == "root/" ? 0o700 : 0o755) }
        for folder in ["tmp/", "var/tmp/"] { tar.add(folder, .folder, mode: 0o1777) }
        tar.add("bin/busybox", .file, mode: 0o755, content: program)
        for applet in applets { tar.add("bin/" + applet, .hardLink, mode: 0o755, link: "bin/busybox") }
        if applets.contains("env") { tar.add("usr/bin/env", .hardLink, mode: 0o755, link: "bin/busybox") }
        tar.add(
            "etc/passwd",
            """
            root:x:0:0:root:/root:/bin/sh
            daemon:x:1:1:daemon:/usr/sbin:/bin/false
            nobody:x:65534:65534:nobody:/home:/bin/false

            """)
        tar.add("etc/group", "root:x:0:\ndaemon:x:1:\nusers:x:100:nobody\nnogroup:x:65534:\n")
        tar.add("etc/shadow", "root:*:::::::\ndaemon:*:::::::\nnobody:*:::::::\n", mode: 0o600)
        // What a recorded pod serves with `httpd -h /www`.
        tar.add("www/index.html", "oxbow\n")
        let config = ImageConfig(
            environment: [path], command: ["/bin/sh"],
            history: [.init(created: "1970-01-01T00:00:00Z", createdBy: "oxbow: busybox of this host")])
        return try Image(names: shellNames, config, layer: tar.finish(), isPause: false)
    }

    private static let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    /// Bytes of a program.
    private static let programLimit = 64 << 20

    private static func program(_ path: String, package name: String) async throws(OxbowError) -> ByteBuffer {
        do {
            return try await blocking { ByteBuffer(bytes: try Files.read(path, limit: programLimit)) }
        } catch {
            throw OxbowError(
                .unsupported, "built-in image: \(path) is missing; install the Debian package \(name)", origin: error)
        }
    }

    private static func applets() async throws(OxbowError) -> [String] {
        let result: CommandResult
        do throws(SpawnFailure) {
            result = try await Processes.shared.run(Command("/bin/busybox", ["--list"]), deadline: .seconds(10))
        } catch {
            throw OxbowError(.unsupported, "built-in image: busybox does not run", origin: error)
        }
        let names = String(decoding: result.output, as: UTF8.self).split(separator: "\n").map(String.init)
        guard result.status.code == 0, names.contains("sh") else {
            throw OxbowError(.unsupported, "built-in image: busybox has no shell; install the package busybox-static")
        }
        return names.filter { $0 != "busybox" && !$0.contains("/") && $0.utf8.count < 90 }.sorted()
    }
}
