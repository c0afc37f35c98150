import Faults
import Glibc
import Linux
import NIOCore
import OCI
import TestSupport
import Testing

@testable import Core

/// Needs the rights to give files away and to make devices.
@Suite(.enabled(if: getuid() == 0, "needs root")) struct ImageLayerTests {
    private func unpack(
        _ tar: [UInt8], packed: [UInt8]? = nil, _ check: @escaping @Sendable (String) throws -> Void = { _ in }
    ) async throws {
        try await TemporaryFolder.with("layer") { folder in
            let place = folder.appending("l")
            let diffID = Digest.of(ByteBuffer(bytes: tar))
            try LayerUnpacking.unpack(
                MemorySource(packed ?? tar), expecting: diffID, into: place, watch: UnpackWatch())
            try check(place)
        }
    }

    private func refusal(_ tar: TestTar) async -> OxbowError? {
        await #expect(throws: OxbowError.self) { try await unpack(tar.finished) }
    }

    @Test("owners, modes, times, links and nodes are kept")
    func attributes() async throws {
        var tar = TestTar()
        tar.folder("./", mode: 0o750)
        tar.folder("d", mode: 0o1777)
        tar.add("d/f", content: Array("text".utf8), mode: 0o4755, uid: 12, gid: 34, time: 1_234_567)
        tar.add("d/s", type: "2", link: "/absolute/../x", uid: 5)
        tar.add("d/h", type: "1", link: "d/f")
        tar.add("d/null", type: "3", mode: 0o666, major: 1, minor: 3)
        tar.add("d/pipe", type: "6", mode: 0o600)
        tar.add("deep/er/f", "made parents")
        try await unpack(tar.finished) { (place: String) throws in
            let file = try Look.at(place + "/d/f")
            #expect(file.st_mode & 0o7777 == 0o4755)
            #expect([file.st_uid, file.st_gid] == [12, 34])
            #expect(file.st_mtim.tv_sec == 1_234_567)
            #expect(file.st_nlink == 2)
            #expect(try Look.at(place + "/d/h").st_ino == file.st_ino)
            #expect(try Files.link(at: place + "/d/s") == "/absolute/../x")
            #expect(try Look.at(place + "/d/s").st_uid == 5)
            #expect(try Look.at(place + "/d").st_mode & 0o7777 == 0o1777)
            #expect(try Look.at(place + "/d").st_mtim.tv_sec == 1_000_000)
            #expect(try Look.at(place).st_mode & 0o7777 == 0o750)
            let null = try #require(DeviceNode.read(place + "/d/null"))
            #expect([null.major, null.minor] == [1, 3])
            #expect(null.mode == 0o666)
            #expect(try Look.at(place + "/d/pipe").st_mode & S_IFMT == S_IFIFO)
            #expect(try Look.text(place + "/deep/er/f") == "made parents")
        }
    }

    @Test("pax names, attributes and times are kept; overlay's own attributes cannot be forged")
    func pax() async throws {
        let long = "d/" + String(repeating: "x", count: 150) + "/é"
        var tar = TestTar()
        tar.add(
            "short", content: [1],
            pax: [
                ("path", Array(long.utf8)), ("mtime", Array("1234.5".utf8)),
                ("SCHILY.xattr.user.note", Array("v".utf8)),
                ("SCHILY.xattr.trusted.overlay.opaque", Array("y".utf8)),
            ])
        try await unpack(tar.finished) { (place: String) throws in
            let file = try Look.at(place + "/" + long)
            #expect(file.st_mtim.tv_sec == 1234 && file.st_mtim.tv_nsec == 500_000_000)
            #expect(try marks(of: place + "/" + long) == ["user.note"])
        }
    }

    @Test(
        "a layer may be gzip, zstd, xz or plain; its diff id is that of the plain bytes",
        arguments: ["gzip", "zstd", "xz"])
    func compression(program: String) async throws {
        var tar = TestTar()
        tar.add("f", String(repeating: "compress me ", count: 1000))
        let plain = tar.finished
        let packed = try await Processes.shared.run(Command(program, ["-c"]), input: plain, outputLimit: 1 << 20)
        try #require(packed.status == .exited(0))
        try await unpack(plain, packed: packed.output) { (place: String) throws in
            #expect(try Look.text(place + "/f").hasPrefix("compress me"))
        }
        var cut = packed.output
        cut.removeLast(20)
        let damaged = cut
        await #expect(throws: OxbowError.self) { try await unpack(plain, packed: damaged) }
    }

    @Test("whiteouts become overlay's marks")
    func whiteouts() async throws {
        var tar = TestTar()
        tar.folder("d")
        tar.add("d/.wh.gone", "")
        tar.add(".wh.top", "")
        tar.folder("o")
        tar.add("o/.wh..wh..opq", "")
        tar.add("o/new", "n")
        tar.add(".wh..wh.plnk", "aufs")
        // An entry beside its own whiteout stays, in either order.
        tar.add("d/.wh.both", "")
        tar.folder("d/both")
        tar.add("d/kept", "k")
        tar.add("d/.wh.kept", "")
        try await unpack(tar.finished) { (place: String) throws in
            #expect(try Look.isWhiteout(place + "/d/gone"))
            #expect(try Look.isWhiteout(place + "/top"))
            #expect(try marks(of: place + "/o") == ["trusted.overlay.opaque"])
            #expect(try Files.entries(of: place + "/o") == ["new"])
            #expect(!Files.exists(place + "/.wh..wh.plnk"))
            #expect(try marks(of: place + "/d/both") == ["trusted.overlay.opaque"])
            #expect(try Look.text(place + "/d/kept") == "k")
        }
    }

    @Test("a later entry takes an earlier one's place")
    func replaced() async throws {
        var tar = TestTar()
        tar.folder("a")
        tar.add("a/f", "1")
        tar.add("a", "file now")
        tar.add("b", "file")
        tar.folder("b")
        tar.add("b/g", "2")
        try await unpack(tar.finished) { (place: String) throws in
            #expect(try Look.text(place + "/a") == "file now")
            #expect(try Look.text(place + "/b/g") == "2")
        }
    }

    @Test("links within the layer are followed as the container would see them")
    func linkedParents() async throws {
        var tar = TestTar()
        tar.folder("usr/lib")
        tar.add("lib", type: "2", link: "usr/lib")
        tar.add("lib/f", "through a link")
        tar.add("abs", type: "2", link: "/usr")
        tar.add("abs/g", "root is the layer's")
        try await unpack(tar.finished) { (place: String) throws in
            #expect(try Look.text(place + "/usr/lib/f") == "through a link")
            #expect(try Look.text(place + "/usr/g") == "root is the layer's")
        }
    }

    @Test(
        "names that lead out of the layer are refused, and the message says which",
        arguments: ["/etc/x", "../x", "a/../../x"])
    func leadingOut(name: String) async {
        var tar = TestTar()
        tar.add(name, "x")
        let error = await refusal(tar)
        #expect(error?.kind == .badRequest)
        #expect(error?.message.contains(name) == true)
        var link = TestTar()
        link.add("l", type: "1", link: name)
        #expect(await refusal(link)?.message.contains(name) == true)
    }

    @Test("links cannot carry an entry out of the layer")
    func throughLinks() async throws {
        let outside = "/tmp/oxbow-image-outside-\(getpid())"
        for target in ["..", "../../../../../../../..", "/"] {
            var tar = TestTar()
            tar.add("l", type: "2", link: target)
            tar.add("l" + outside, "x")
            try await unpack(tar.finished) { (place: String) throws in #expect(Files.exists(place + outside)) }
            #expect(!Files.exists(outside))
        }
        var dangling = TestTar()
        dangling.add("l", type: "2", link: "nowhere")
        dangling.add("l/f", "x")
        #expect(await refusal(dangling)?.kind == .badRequest)
        var loop = TestTar()
        loop.add("l", type: "2", link: "l")
        loop.add("l/f", "x")
        #expect(await refusal(loop)?.kind == .badRequest)
        var beneathFile = TestTar()
        beneathFile.add("f", "x")
        beneathFile.add("f/g", "x")
        #expect(await refusal(beneathFile)?.kind == .badRequest)
    }

    @Test("a hard link to what is not in the layer is refused")
    func missingTarget() async {
        var tar = TestTar()
        tar.add("l", type: "1", link: "not/there")
        let error = await refusal(tar)
        #expect(error?.message == "archive: link to what is not in the layer (l -> not/there)")
    }

    @Test("content that does not fit its diff id is refused")
    func digest() async throws {
        var tar = TestTar()
        tar.add("f", "x")
        let bytes = tar.finished
        try await TemporaryFolder.with("layer") { folder in
            let wrong = Digest.of(ByteBuffer(string: "something else"))
            let error = #expect(throws: OxbowError.self) {
                try LayerUnpacking.unpack(
                    MemorySource(bytes), expecting: wrong, into: folder.appending("l"), watch: UnpackWatch())
            }
            #expect(error?.kind == .badRequest)
        }
    }

    @Test("an import that is withdrawn ends")
    func withdrawn() async throws {
        var tar = TestTar()
        tar.add("f", "x")
        let bytes = tar.finished
        try await TemporaryFolder.with("layer") { folder in
            let watch = UnpackWatch()
            watch.stop()
            let error = #expect(throws: OxbowError.self) {
                try LayerUnpacking.unpack(
                    MemorySource(bytes), expecting: Digest.of(ByteBuffer(bytes: bytes)), into: folder.appending("l"),
                    watch: watch)
            }
            #expect(error?.kind == .cancelled)
        }
    }

    @Test("a hole stays a hole")
    func sparse() async throws {
        try await TemporaryFolder.with("sparse") { folder in
            let script = """
                cd \(folder.path) && truncate -s 8M s && printf x | dd of=s bs=1 seek=4194304 conv=notrunc 2>/dev/null \
                && tar -S --format=gnu -cf gnu.tar s && tar -S --format=pax -cf pax.tar s
                """
            let made = try await Processes.shared.run(Command("sh", ["-c", script]))
            try #require(made.status == .exited(0))
            for name in ["gnu", "pax"] {
                let bytes = try Files.read(folder.appending(name + ".tar"))
                let place = folder.appending(name)
                try LayerUnpacking.unpack(
                    MemorySource(bytes), expecting: Digest.of(ByteBuffer(bytes: bytes)), into: place,
                    watch: UnpackWatch())
                let file = try Look.at(place + "/s")
                #expect(file.st_size == 8 << 20)
                #expect(file.st_blocks < 1024)
                #expect(try Files.read(place + "/s")[4 << 20] == UInt8(ascii: "x"))
            }
        }
    }
}

/// Those of the extended attributes in question that an entry has.
private func marks(of path: String) throws -> [String] {
    let folder = try Folder.open(Files.parent(of: path))
    let name = try #require(RawPath(path.utf8.split(separator: 47).last ?? []))
    return try ["user.note", "trusted.overlay.opaque"].filter { try folder.attribute($0, of: name) != nil }
}
