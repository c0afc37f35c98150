import Glibc
import Testing

@testable import Linux

/// Mounts need root; everything is made beneath one temporary folder.
@Suite("Mounts and namespaces", .enabled(if: getuid() == 0, "needs root"))
struct MountTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = "/tmp/oxbow-mounts-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try Files.makeFolders(folder)
        defer {
            for point in (try? Mounts.points(beneath: folder)) ?? [] { try? Mounts.unmount(point, lazily: true) }
            try? Files.removeTree(folder)
        }
        try body(folder)
    }

    @Test("removing a tree stops at a mount of the same file system, and what is mounted there stays")
    func removeTreeWithMount() throws {
        try withFolder { folder in
            try Files.makeFolders("\(folder)/volume/kept")
            try Files.makeFolders("\(folder)/tree/a/point")
            try Mounts.bind("\(folder)/volume", at: "\(folder)/tree/a/point")
            for path in ["\(folder)/tree", "\(folder)/tree/a/point"] {
                let failure = #expect(throws: SystemFailure.self) { try Files.removeTree(path) }
                #expect(failure?.errno == EXDEV)
            }
            #expect(Files.exists("\(folder)/volume/kept"))
            #expect(try Files.usage(of: "\(folder)/tree").inodes == 3)
            try Mounts.unmount("\(folder)/tree/a/point")
            try Files.removeTree("\(folder)/tree")
        }
    }

    @Test("an overlay of more layers than a page of options holds is mounted, the first layer on top")
    func manyLayers() throws {
        try withFolder { folder in
            let long = String(repeating: "l", count: 60)
            let lower = (0..<60).map { "\(folder)/\(long)-\($0)" }
            for (number, layer) in lower.enumerated() {
                try Files.makeFolders(layer)
                try Files.write("\(layer)/which", Array("\(number)".utf8))
            }
            for name in ["upper", "work", "merged"] { try Files.makeFolders("\(folder)/\(name)") }
            #expect(lower.joined().utf8.count > 4096)
            try Mounts.overlay(
                lower: lower, upper: "\(folder)/upper", work: "\(folder)/work", at: "\(folder)/merged")
            #expect(try Files.read("\(folder)/merged/which") == Array("0".utf8))
            #expect(try Mounts.points(beneath: folder) == ["\(folder)/merged"])
            // The process's own working folder has not moved.
            #expect(try Files.link(at: "/proc/self/cwd") == Files.link(at: "/proc/thread-self/cwd"))
            #expect(try !Files.link(at: "/proc/self/cwd").hasPrefix(folder))
        }
    }

    @Test("a read-only bind refuses writes and keeps the other flags of its mount")
    func readOnly() throws {
        try withFolder { folder in
            try Files.makeFolders("\(folder)/memory")
            try Files.makeFolders("\(folder)/point")
            try Mounts.memory(at: "\(folder)/memory", bytes: 1 << 20, mode: 0o700)
            try Mounts.bind("\(folder)/memory", at: "\(folder)/point", readOnly: true)
            let failure = #expect(throws: SystemFailure.self) { try Files.write("\(folder)/point/a", []) }
            #expect(failure?.errno == EROFS)
            var facts = statvfs()
            #expect(statvfs("\(folder)/point", &facts) == 0)
            #expect(facts.f_flag & UInt(ST_NOSUID) != 0)
            try Files.write("\(folder)/memory/a", [])
        }
    }

    @Test("a path that overlay would misread is refused", arguments: [":", ",", "\\"])
    func overlayPaths(character: String) {
        let failure = #expect(throws: SystemFailure.self) {
            try Mounts.overlay(lower: ["/tmp/a\(character)b"], upper: "/tmp/u", work: "/tmp/w", at: "/tmp/m")
        }
        #expect(failure?.errno == EINVAL)
    }

    @Test("a namespace outlives the thread that made it, and has no addresses but lo's")
    func namespace() throws {
        try withFolder { folder in
            let path = "\(folder)/ns/one"
            try NetworkNamespaces.create(at: path)
            #expect(try NetworkNamespaces.addresses(of: "lo", in: path).contains("127.0.0.1"))
            #expect(try NetworkNamespaces.addresses(of: "eth0", in: path).isEmpty)
            try NetworkNamespaces.delete(path)
            try NetworkNamespaces.delete(path)
            #expect(!Files.exists(path))
        }
    }

    @Test("what a cancelled request began can still be cleared away")
    func blockingWhenCancelled() async throws {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await blocking { 42 }
        }
        task.cancel()
        #expect(try await task.value == 42)
    }
}
