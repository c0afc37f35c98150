import Faults
import Linux
import NIOCore
import OCI
import Testing

@testable import Core

private func path(_ text: String) throws -> ArchivePath {
    try ArchivePath(try #require(RawPath(text.utf8)))
}

@Suite struct ImagePathTests {
    @Test("an entry's name loses dots and slashes that say nothing")
    func normalised() throws {
        for (text, joined) in [("a/b", "a/b"), ("./a//b/", "a/b"), ("./", ""), (".", ""), ("a/./b", "a/b")] {
            #expect(try path(text).joined.description == joined)
        }
    }

    @Test("names that lead out are refused by name", arguments: ["/a", "../a", "a/../../b", "a/..", ".."])
    func refused(text: String) {
        let error = #expect(throws: OxbowError.self) { try path(text) }
        #expect(error?.kind == .badRequest)
        #expect(error?.message == "archive: entry leads out of the layer (\(text))")
    }

    @Test("marks of the image layer format are told from names")
    func meanings() throws {
        #expect(try path("a/.wh.b").meaning == .whiteout(RawPath("b")))
        #expect(try path(".wh.b").meaning == .whiteout(RawPath("b")))
        #expect(try path("a/.wh..wh..opq").meaning == .opaque)
        #expect(try path(".wh..wh.plnk").meaning == .reserved)
        #expect(try path(".wh..wh.plnk/1.2").meaning == .reserved)
        #expect(try path(".wh").meaning == .plain)
        for text in [".wh.", ".wh..", ".wh..."] { #expect(throws: OxbowError.self) { _ = try path(text).meaning } }
    }

    @Test("names within an image archive are resolved, and never out of it")
    func archiveNames() {
        #expect(ImageArchive.normalised("./a/b", in: "") == "a/b")
        #expect(ImageArchive.normalised("../b/layer.tar", in: "a") == "b/layer.tar")
        #expect(ImageArchive.normalised("../../b", in: "a") == nil)
        #expect(ImageArchive.normalised("/a", in: "") == nil)
    }
}

@Suite struct ImageTarWriterTests {
    @Test("the same entries give the same bytes, and libarchive reads them")
    func deterministic() throws {
        func make() -> ByteBuffer {
            var tar = TarWriter()
            tar.add("bin/", .folder, mode: 0o755)
            tar.add("bin/x", .file, mode: 0o4755, content: ByteBuffer(string: "hello"))
            tar.add("bin/y", .hardLink, mode: 0o755, link: "bin/x")
            return tar.finish()
        }
        #expect(make() == make())
        let reader = try ArchiveReader.tar(MemorySource(Array(make().readableBytesView)))
        var seen: [String] = []
        while let entry = try reader.next() {
            seen.append("\(entry.path) \(entry.kind) \(entry.mode) \(entry.seconds)")
        }
        #expect(
            seen == [
                "bin/ folder 493 0", "bin/x file 2541 0", "bin/y hardLink(bin/x) 493 0",
            ])
    }
}
