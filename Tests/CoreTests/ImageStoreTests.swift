import Faults
import Glibc
import Linux
import Logging
import NIOCore
import OCI
import Synchronization
import TestSupport
import Testing

@testable import Core

private func quiet() -> Logger { Logger(label: "image-test") { _ in SwiftLogNoOpLogHandler() } }

private func withStore(_ body: @escaping @Sendable (ImageStore, TemporaryFolder) async throws -> Void) async throws {
    try await TemporaryFolder.with("images") { folder in
        try await body(try await ImageStore.open(root: folder.appending("root"), logger: quiet()), folder)
    }
}

private func layer(_ text: String) -> [UInt8] {
    var tar = TestTar()
    tar.add("f", text)
    return tar.finished
}

extension ImageStore {
    fileprivate func load(_ archive: [UInt8], _ folder: TemporaryFolder) async throws -> [ImportedImage] {
        let path = folder.appending("\(UInt32.random(in: 0...UInt32.max)).tar")
        try await blocking { try Files.write(path, archive) }
        return try await importImages(fromFile: path) { _ in }
    }
    fileprivate func layerCount() throws -> Int {
        try Files.entries(of: folders.layers).filter { !$0.hasSuffix(".json") }.count
    }
}

@Suite(.enabled(if: getuid() == 0, "needs root")) struct ImageStoreTests {
    @Test("an image archive is imported once, shares its layers and survives a restart")
    func importing() async throws {
        try await withStore { store, folder in
            let builtin = try store.layerCount()
            let first = try await store.load(dockerArchive([layer("a"), layer("b")]), folder)
            #expect(first.map(\.names) == [[try Reference(parsing: "test:1")]])
            let image = try #require(first.first?.image)
            #expect(image.config.command == ["x"])
            let second = try await store.load(dockerArchive([layer("a"), layer("c")], tags: ["test:2"]), folder)
            #expect(try store.layerCount() == builtin + 3)
            let folders = try await store.layerFolders(of: image.id)
            #expect(try folders.map { try Look.text($0 + "/f") } == ["a", "b"])
            #expect(try await store.layerFolders(of: second[0].image.id).first == folders.first)

            let again = try await ImageStore.open(root: store.folders.root, logger: quiet())
            #expect(try await again.all() == store.all())
            #expect(try await again.layerFolders(of: image.id) == folders)
            #expect(try await again.find("test:2")?.id == second[0].image.id)
            #expect(Digest.of(try await again.configuration(of: image.id)) == image.id)

            try await again.remove(image.id)
            #expect(try store.layerCount() == builtin + 2)
            #expect(try await again.find("test:1") == nil)
            try await again.untag(try Reference(parsing: "test:2"), keepingUntagged: false)
            #expect(try store.layerCount() == builtin)
            #expect(!Files.exists(store.folders.content(image.id)))
        }
    }

    @Test("docker save's linked layers, an OCI layout and outer compression are read")
    func formats() async throws {
        try await withStore { store, folder in
            let linked = try await store.load(
                dockerArchive([layer("a"), layer("a"), layer("b")], tags: ["linked:1"], links: [1: 0]), folder)
            let folders = try await store.layerFolders(of: linked[0].image.id)
            #expect(try folders.map { try Look.text($0 + "/f") } == ["a", "b"])

            let layout = try await store.load(Self.layout(name: "localhost/oci:1"), folder)
            #expect(layout[0].names.map(\.canonical) == ["localhost/oci:1"])
            #expect(try await store.layerFolders(of: layout[0].image.id).count == 1)

            let packed = try await Processes.shared.run(
                Command("gzip", ["-c"]), input: dockerArchive([layer("z")], tags: ["packed:1"]), outputLimit: 1 << 20)
            #expect(try await store.load(packed.output, folder)[0].names.map(\.familiar) == ["packed:1"])
        }
    }

    private static func layout(name: String) -> [UInt8] {
        func descriptor(_ bytes: [UInt8], _ more: String = "") -> String {
            #"{"digest":"\#(Digest.of(ByteBuffer(bytes: bytes)))","size":\#(bytes.count)\#(more)}"#
        }
        let content = layer("oci")
        let diffID = Digest.of(ByteBuffer(bytes: content))
        let config = Array(
            #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["\#(diffID)"]}}"#.utf8)
        let manifest = Array(
            #"{"schemaVersion":2,"config":\#(descriptor(config)),"layers":[\#(descriptor(content))]}"#.utf8)
        let inner = Array(#"{"schemaVersion":2,"manifests":[\#(descriptor(manifest))]}"#.utf8)
        let annotation = #","annotations":{"org.opencontainers.image.ref.name":"\#(name)"}"#
        var tar = TestTar()
        tar.add("oci-layout", #"{"imageLayoutVersion":"1.0.0"}"#)
        for blob in [content, config, manifest, inner] {
            tar.add("./blobs/sha256/\(Digest.of(ByteBuffer(bytes: blob)).hex)", content: blob)
        }
        tar.add("index.json", #"{"schemaVersion":2,"manifests":[\#(descriptor(inner, annotation))]}"#)
        return tar.finished
    }

    @Test("what is no image archive is refused, the reason is given, and nothing of it stays")
    func refusals() async throws {
        try await withStore { store, folder in
            func refusal(_ archive: [UInt8]) async throws -> String {
                let error = await #expect(throws: OxbowError.self) { _ = try await store.load(archive, folder) }
                #expect(error?.kind == .badRequest)
                return error?.message ?? ""
            }
            let before = (try store.layerCount(), try await store.all().count)
            #expect(try await refusal(Array("not a tar at all".utf8)).hasPrefix("archive: cannot be read"))
            #expect(try await refusal([]).hasPrefix("archive: neither"))
            var other = TestTar()
            other.add("readme", "hello")
            #expect(try await refusal(other.finished) == "archive: neither manifest.json nor index.json is in it")
            var bad = TestTar()
            bad.add("manifest.json", "[{]")
            #expect(try await refusal(bad.finished) == "manifest.json: malformed")
            let wrong = [Digest.of(ByteBuffer(string: "other")), Digest.of(ByteBuffer(string: "another"))]
            let mixed = dockerArchive(
                [layer("good"), layer("bad")], diffIDs: [Digest.of(ByteBuffer(bytes: layer("good"))), wrong[0]])
            #expect(try await refusal(mixed) == "layer: content does not fit its diff id (\(wrong[0]))")
            #expect(
                try await refusal(dockerArchive([layer("a")], diffIDs: wrong))
                    == "image: 1 layers, but 2 in its configuration")
            #expect(try await refusal(Array(dockerArchive([layer("a")]).prefix(3000))).hasPrefix("archive: "))
            #expect((try store.layerCount(), try await store.all().count) == before)
            #expect(try Files.entries(of: store.folders.layers).allSatisfy { !$0.hasPrefix(".") })
        }
    }

    @Test("what a killed daemon left half done is gone after the next start")
    func halfDone() async throws {
        try await withStore { store, folder in
            let image = try await store.load(dockerArchive([layer("a")]), folder)[0].image
            let folders = store.folders
            let before = try store.layerCount()
            try await blocking {
                try Files.makeFolders(folders.unpacking("x") + "/deep")
                try Files.makeFolders(folders.leaving(9) + "/deep")
                try Files.makeFolders(folders.layer(77))
                try Files.write(folders.layerDocument(78), Array("{}".utf8))
                try Files.write(folders.incoming + "/blob", [1])
                try Files.write(folders.content + "/" + String(repeating: "f", count: 64), [1])
            }
            let again = try await ImageStore.open(root: folders.root, logger: quiet())
            #expect(try again.layerCount() == before)
            #expect(try Files.entries(of: folders.incoming).isEmpty)
            #expect(!Files.exists(folders.content + "/" + String(repeating: "f", count: 64)))
            // An image that has lost a layer is not offered any more.
            try await blocking {
                try Files.removeTree(
                    again.folders.layer(again.table.withLock { $0.layerNumbers(of: image.id) ?? [] }[0]))
            }
            let third = try await ImageStore.open(root: folders.root, logger: quiet())
            #expect(try await third.find("test:1") == nil)
        }
    }

    @Test("the same import twice at once unpacks once, and both succeed")
    func concurrent() async throws {
        try await withStore { store, folder in
            let before = try store.layerCount()
            let archive = dockerArchive([layer("a"), layer("b")])
            try await withThrowingTaskGroup(of: Digest.self) { group in
                for _ in 0..<4 { group.addTask { try await store.load(archive, folder)[0].image.id } }
                var ids: Set<Digest> = []
                for try await id in group { ids.insert(id) }
                #expect(ids.count == 1)
            }
            #expect(try store.layerCount() == before + 2)
        }
    }

    @Test("figures count layers and documents")
    func figures() async throws {
        try await withStore { store, folder in
            let before = try await store.filesystem()
            _ = try await store.load(dockerArchive([layer("a")]), folder)
            let after = try await store.filesystem()
            #expect(after.usedBytes > before.usedBytes)
            #expect(after.usedInodes > before.usedInodes)
            #expect(after.mountpoint == store.folders.root)
        }
    }

    @Test("a full disk is said to be full, and leaves nothing behind")
    func diskFull() async throws {
        try await TemporaryFolder.with("images-full") { folder in
            let disk = folder.appending("disk")
            try await blocking {
                try Files.makeFolders(disk)
                try Mounts.memory(at: disk, bytes: 8 << 20, mode: 0o700)
            }
            let store = try await ImageStore.open(root: disk, logger: quiet())
            let before = try await store.all()
            var tar = TestTar()
            tar.add("big", content: [UInt8](repeating: 7, count: 9 << 20))
            let archive = dockerArchive([tar.finished])
            let error = await #expect(throws: OxbowError.self) { _ = try await store.load(archive, folder) }
            #expect(error?.kind == .tooLarge)
            #expect(error?.message.contains("no space left on device") == true)
            #expect(try await store.all() == before)
            #expect(try Files.entries(of: store.folders.layers).allSatisfy { !$0.hasPrefix(".") })
        }
    }
}

@Suite(
    .enabled(
        if: getuid() == 0 && Files.exists("/usr/bin/catatonit") && Files.exists("/bin/busybox"),
        "needs root, catatonit and busybox-static"))
struct BuiltinImageTests {
    @Test("a new store has a pause image and a shell, and the same program gives the same image")
    func builtin() async throws {
        try await withStore { store, folder in
            let pause = try #require(try await store.find("localhost/pause:1"))
            #expect(pause.config.entrypoint == ["/catatonit", "-P"])
            #expect(pause.pinned)
            let shell = try #require(try await store.find("busybox"))
            #expect(
                shell.tags.map(\.canonical).sorted() == ["docker.io/library/busybox:latest", "localhost/busybox:trace"])
            #expect(try await BuiltinImages.pause().id == pause.id)
            #expect(try await BuiltinImages.shell().id == shell.id)
            let root = try #require(try await store.layerFolders(of: shell.id).first)
            #expect(try Look.at(root + "/bin/sh").st_ino == Look.at(root + "/bin/busybox").st_ino)
            #expect(try Look.at(root + "/tmp").st_mode & 0o7777 == 0o1777)
            #expect(try Look.text(root + "/etc/passwd").hasPrefix("root:x:0:0:"))
            let ran = try await Processes.shared.run(Command("chroot", [root, "/bin/sh", "-c", "echo works"]))
            #expect(String(decoding: ran.output, as: UTF8.self) == "works\n")
        }
    }

    @Test("the archive of both is read back as the same images")
    func archive() async throws {
        try await withStore { store, folder in
            let path = folder.appending("builtin.tar")
            try await BuiltinImages.writeArchive(to: path)
            let before = try await store.all()
            let imported = try await store.importImages(fromFile: path) { _ in }
            #expect(Set(imported.map(\.image.id)) == Set(before.map(\.id)))
            #expect(try await store.all().map(\.id) == before.map(\.id))
        }
    }
}
