import FoundationEssentials
import Linux
import Testing

@testable import Dockershim

@Suite struct CRILogFileTests {
    private struct Place {
        let folder: String
        var path: String { folder + "/pods/c/0.log" }
        var document: String { folder + "/document" }

        func open(isFresh: Bool = false) throws -> CRILogFile {
            try CRILogFile(
                path: path, isTerminal: false, document: isFresh ? nil : LogDocument.read(document), isFresh: isFresh,
                documentPath: document)
        }

        func text(_ path: String) throws -> [String] {
            String(decoding: try Files.read(path), as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    private func with(_ body: @escaping @Sendable (Place) throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/oxbow-cri-log/" + UUID().uuidString
        try await blocking {
            try Files.makeFolders(folder)
            defer { try? Files.removeTree(folder) }
            try body(Place(folder: folder))
        }
    }

    /// Entries of a daemon, five to an instant.
    private static func entry(_ number: Int) throws -> LogEntry {
        let fraction = String(100_000_000 + number / 5)
        let text = "2026-11-24T04:40:37.\(fraction)Z line \(number)\n"
        return try #require(LogEntry(Array(text.utf8)[...], isErrorOutput: number.isMultiple(of: 2)))
    }

    private static func rest(_ file: CRILogFile, of log: [LogEntry]) -> ArraySlice<LogEntry> {
        var replay = file.cursor.replay
        let since = file.cursor.since ?? 0
        return log.filter { ($0.instant ?? 0) >= since }.filter { !replay.has($0.instant ?? 0) }[...]
    }

    private static func numbers(_ lines: [String]) -> [Int] {
        lines.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    }

    @Test("a bridge that dies at any time loses and doubles nothing, also across renamings")
    func deaths() async throws {
        try await with { place in
            let log = try (0..<3000).map(Self.entry)
            var files: [String] = []
            var end = 0
            for round in 0..<40 {
                let file = try place.open(isFresh: round == 0)
                end = min(log.count, end + 75)
                // The daemon tells from the cursor on; the bridge dies after some of it.
                let rest = Self.rest(file, of: Array(log[..<end]))
                let part = rest.prefix(round.isMultiple(of: 3) ? rest.count / 2 : rest.count)
                #expect(file.append(part).failure == nil)
                if round % 4 == 1 {
                    files.append("\(place.path).\(round)")
                    try Files.rename(place.path, files[files.count - 1])
                    // Killed before or after it was told to go on in a new file, or while writing a line.
                    if round % 8 == 1 { try file.reopen() }
                }
                if round % 5 == 4 {
                    _ = try OpenFile.appending(place.path).write(Array("2026-11-24T04:40:37.1".utf8)[...])
                }
            }
            let last = try place.open()
            #expect(last.append(Self.rest(last, of: log)).failure == nil)
            let lines = try (files + [place.path]).flatMap(place.text)
            #expect(Self.numbers(lines) == Array(0..<3000))
        }
    }

    @Test("a log that was not renamed goes on in the same file")
    func notRenamed() async throws {
        try await with { place in
            let file = try place.open(isFresh: true)
            _ = file.append([try Self.entry(0)])
            try file.reopen()
            _ = file.append([try Self.entry(1)])
            #expect(Self.numbers(try place.text(place.path)) == [0, 1])
        }
    }

    @Test("a file that was there before its container is gone on with, and read as nothing of it")
    func foreign() async throws {
        try await with { place in
            try Files.makeFolders(Files.parent(of: place.path))
            try Files.write(place.path, Array("2099-11-24T04:40:37.100000000Z stdout F another's\n".utf8))
            let file = try place.open(isFresh: true)
            #expect(file.cursor == LogCursor())
            _ = file.append([try Self.entry(1)])
            #expect(try place.text(place.path).count == 2)
        }
    }

    @Test("an earlier era's link gives way to a file, and its target stays")
    func link() async throws {
        try await with { place in
            try Files.makeFolders(Files.parent(of: place.path))
            let target = place.folder + "/json.log"
            try Files.write(target, Array("{}\n".utf8))
            try Files.symlink(target, at: place.path)
            _ = try place.open().append([try Self.entry(1)])
            #expect(try place.text(place.path).count == 1)
            #expect(try place.text(target) == ["{}"])
        }
    }

    @Test("where no file can be made, the error says why, and the old file goes on")
    func refusals() async throws {
        try await with { place in
            let file = try place.open(isFresh: true)
            try Files.removeTree(Files.parent(of: place.path))
            #expect(throws: SystemFailure.self) { try file.reopen() }
            #expect(file.append([try Self.entry(1)]).count == 1)
            try Files.write(place.folder + "/pods/c", [])
            #expect(throws: SystemFailure.self) { try place.open() }
        }
    }

    @Test("a full disk takes whole lines only")
    func fullDisk() async throws {
        try await with { place in
            // A device that is always full, under the log's name.
            try Files.makeFolders(Files.parent(of: place.path))
            let entries = try (0..<3).map(Self.entry)
            let full = try LineFile("/dev/full")
            var copy = full
            var lines: [UInt8] = []
            for entry in entries { entry.append(to: &lines) }
            let (count, failure) = copy.append(lines[...])
            #expect(count == 0 && failure?.reason == "No space left on device")
        }
    }
}
