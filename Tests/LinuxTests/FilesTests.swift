import Glibc
import Testing

@testable import Linux

@Suite("Files and folders")
struct FilesTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = "/tmp/oxbow-files-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try Files.makeFolders(folder)
        defer { try? Files.removeTree(folder) }
        try body(folder)
    }

    @Test("a durable write replaces the whole content and leaves no temporary file")
    func durable() throws {
        try withFolder { folder in
            try Files.writeDurably("\(folder)/a", [1, 2, 3])
            try Files.writeDurably("\(folder)/a", [4])
            #expect(try Files.read("\(folder)/a") == [4])
            #expect(try Files.entries(of: folder) == ["a"])
        }
    }

    @Test("reading past the limit is refused")
    func limit() throws {
        try withFolder { folder in
            try Files.write("\(folder)/a", [1, 2, 3])
            let failure = #expect(throws: SystemFailure.self) { try Files.read("\(folder)/a", limit: 2) }
            #expect(failure?.errno == EFBIG)
        }
    }

    @Test("removing a tree does not follow links, and what is missing is fine")
    func removeTree() throws {
        try withFolder { folder in
            try Files.makeFolders("\(folder)/outside")
            try Files.write("\(folder)/outside/kept", [1])
            try Files.makeFolders("\(folder)/tree/deep/deeper")
            try Files.symlink("\(folder)/outside", at: "\(folder)/tree/deep/link")
            try Files.removeTree("\(folder)/tree")
            #expect(!Files.exists("\(folder)/tree"))
            #expect(Files.exists("\(folder)/outside/kept"))
            try Files.removeTree("\(folder)/tree")
        }
    }

    @Test("a tree deeper than we hold descriptors for is removed, whatever its names")
    func removeDeepTree() throws {
        try withFolder { folder in
            try Files.makeFolders("\(folder)/tree" + String(repeating: "/d", count: 3 * Files.removalDepth))
            // Latin-1, no UTF-8; and the name that moved folders are given.
            #expect(
                "\(folder)/tree/".withCString {
                    mkdir(Array(UnsafeBufferPointer(start: $0, count: strlen($0))) + [-28, 0], 0o755)
                } == 0)
            try Files.write("\(folder)/tree/.oxbow-deep-1", [])
            #expect(try Files.usage(of: "\(folder)/tree").inodes == UInt64(3 * Files.removalDepth + 3))
            try Files.removeTree("\(folder)/tree")
            #expect(try Files.entries(of: folder) == [])
        }
    }

    @Test("a durable document has the mode asked for, whatever the umask")
    func durableMode() throws {
        try withFolder { folder in
            try Files.writeDurably("\(folder)/a", [], mode: 0o666)
            var facts = stat()
            #expect(stat("\(folder)/a", &facts) == 0 && facts.st_mode & 0o777 == 0o666)
        }
    }

    @Test("a folder cannot be made where a file is")
    func fileInTheWay() throws {
        try withFolder { folder in
            try Files.write("\(folder)/a", [])
            #expect(#expect(throws: SystemFailure.self) { try Files.makeFolders("\(folder)/a") }?.errno == ENOTDIR)
        }
    }

    @Test("no link or dot-dot leads out of the root", arguments: ["/../../etc/passwd", "escape/passwd", "/abs/passwd"])
    func resolveInside(path: String) throws {
        try withFolder { folder in
            try Files.makeFolders("\(folder)/etc")
            try Files.write("\(folder)/etc/passwd", [1])
            try Files.symlink("../../../../etc", at: "\(folder)/escape")
            try Files.symlink("/etc", at: "\(folder)/abs")
            #expect(try Files.resolve(path, inside: folder) == "\(folder)/etc/passwd")
        }
    }

    @Test("usage counts a hard link once and every folder")
    func usage() throws {
        try withFolder { folder in
            try Files.write("\(folder)/a", [UInt8](repeating: 1, count: 10_000))
            #expect(link("\(folder)/a", "\(folder)/b") == 0)
            try Files.makeFolders("\(folder)/c")
            #expect(try Files.usage(of: folder).inodes == 3)
            #expect(try Files.usage(of: folder).bytes >= 10_000)
            #expect(try Files.usage(of: "\(folder)/none") == (0, 0))
        }
    }

    @Test("a stale socket file is replaced, a live one and another file are refused")
    func sockets() throws {
        try withFolder { folder in
            let path = "\(folder)/s"
            close(try UnixSockets.listen(at: path))
            let live = try UnixSockets.listen(at: path)
            var facts = stat()
            #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o660)
            #expect(#expect(throws: SystemFailure.self) { try UnixSockets.listen(at: path) }?.errno == EADDRINUSE)
            #expect(try UnixSockets.server(at: path) == getpid())
            close(live)
            try Files.write("\(folder)/file", [])
            #expect(
                #expect(throws: SystemFailure.self) { try UnixSockets.listen(at: "\(folder)/file") }?.errno == ENOTSOCK)
        }
    }
}
