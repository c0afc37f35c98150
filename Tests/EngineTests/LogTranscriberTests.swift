import Core
import Linux
import TestSupport
import Testing

@testable import Engine

@Suite struct LogTranscriberTests {
    /// A monitor that writes numbered lines, and an engine that dies whenever a test wants.
    private struct Scene {
        let paths: LogPaths
        let options: LogOptions
        private var written = 0
        var expected: [String] = []

        init(_ folder: TemporaryFolder, maximumBytes: Int64? = nil, files: Int = 1) throws {
            var record = ContainerRecord(
                id: "c1", spec: ContainerSpec(image: try EngineFixture.busybox().id, process: .init(arguments: ["x"])),
                state: .running, overlay: OverlayPaths())
            record.logPath = folder.appending("log")
            paths = try #require(LogPaths(record))
            var options = LogOptions()
            (options.maximumBytes, options.files) = (maximumBytes, files)
            self.options = options
        }

        /// Every third line comes in two parts.
        mutating func write(_ count: Int, padding: Int = 0) throws {
            var text = ""
            for _ in 0..<count {
                written += 1
                let line = "line \(written) " + String(repeating: "x", count: padding)
                let stream = written.isMultiple(of: 2) ? "stdout" : "stderr"
                if written.isMultiple(of: 3) {
                    text += "\(TranscriptTests.time) \(stream) P li\n"
                    text += "\(TranscriptTests.time) \(stream) F \(line.dropFirst(2))\n"
                } else {
                    text += "\(TranscriptTests.time) \(stream) F \(line)\n"
                }
                expected.append(line)
            }
            let (_, failure) = try OpenFile.appending(paths.source).write(Array(text.utf8)[...])
            if let failure { throw failure }
        }

        /// What Docker's files hold, oldest first.
        func found() throws -> [String] {
            try (0..<options.files).reversed().filter { Files.exists(paths.json($0)) }.flatMap { number in
                try String(decoding: Files.read(paths.json(number)), as: UTF8.self).split(separator: "\n").map { line in
                    let record = try #require(LogRecord(line: .init(string: String(line))), "no whole line: \(line)")
                    return String(String(buffer: record.text).dropLast())
                }
            }
        }

        func open() throws -> LogTranscriber { try LogTranscriber(paths, options) }
    }

    private func scene(
        maximumBytes: Int64? = nil, files: Int = 1, _ body: @escaping @Sendable (inout Scene) throws -> Void
    ) async throws {
        try await TemporaryFolder.with("transcriber") { folder in
            try await blocking {
                var scene = try Scene(folder, maximumBytes: maximumBytes, files: files)
                try body(&scene)
            }
        }
    }

    @Test("an engine that dies at any time loses and doubles nothing", arguments: [nil, 300, 2000] as [Int64?])
    func deaths(_ maximumBytes: Int64?) async throws {
        try await scene(maximumBytes: maximumBytes, files: 400) { scene in
            var random = SystemRandomNumberGenerator()
            for round in 0..<60 {
                var transcriber = try scene.open()
                let (file, before) = (FileIdentity(at: scene.paths.json), Files.size(scene.paths.json) ?? 0)
                try scene.write(Int.random(in: 0..<20, using: &random))
                while try transcriber.carry() {}
                if round.isMultiple(of: 7) {
                    // In the middle of writing a line.
                    let size = Files.size(scene.paths.json) ?? 0
                    let own = FileIdentity(at: scene.paths.json) == file ? size - before : size
                    let cut = UInt64.random(in: 0...min(40, own), using: &random)
                    try OpenFile.appending(scene.paths.json).truncate(to: size - cut)
                } else if round.isMultiple(of: 11) {
                    try transcriber.finish()
                    #expect(!Files.exists(scene.paths.source))
                }
            }
            var last = try scene.open()
            try last.finish()
            #expect(try scene.found() == scene.expected)
            // Done is done: another engine finds nothing to carry.
            var idle = try scene.open()
            try idle.finish()
            #expect(try scene.found() == scene.expected)
        }
    }

    @Test("the monitor's file is given up once it is carried, whenever the engine dies", arguments: 0...4)
    func turns(_ death: Int) async throws {
        try await scene { scene in
            var transcriber = try scene.open()
            try scene.write(400, padding: 3000)
            while try transcriber.carry() {}
            #expect(transcriber.wantsTurn)
            try transcriber.turn()
            #expect(transcriber.awaitsMonitor)
            if death == 0 { transcriber = try scene.open() }
            #expect(transcriber.awaitsMonitor)
            // The monitor has not heard of it yet: it goes on in the old file.
            let late = "\(TranscriptTests.time) stdout F late\n"
            _ = try OpenFile.appending(scene.paths.fullSource).write(Array(late.utf8)[...])
            scene.expected.append("late")
            if death == 1 { transcriber = try scene.open() }
            try scene.write(10)
            if death == 2 { transcriber = try scene.open() }
            while try transcriber.carry() {}
            #expect(!transcriber.awaitsMonitor && !Files.exists(scene.paths.fullSource))
            if death == 3 { transcriber = try scene.open() }
            try scene.write(10)
            while try transcriber.carry() {}
            if death == 4 { transcriber = try scene.open() }
            try transcriber.finish()
            #expect(try scene.found() == scene.expected)
            #expect(!Files.exists(scene.paths.source))
        }
    }

    @Test("rotation keeps as many files as asked for, none longer than its limit and a line", arguments: 1...3)
    func rotation(_ files: Int) async throws {
        try await scene(maximumBytes: 500, files: files) { scene in
            var transcriber = try scene.open()
            for _ in 0..<20 {
                try scene.write(7)
                while try transcriber.carry() {}
            }
            try transcriber.finish()
            let found = try scene.found()
            #expect(found == Array(scene.expected.suffix(found.count)) && !found.isEmpty)
            for number in 0..<files { #expect((Files.size(scene.paths.json(number)) ?? 0) < 600) }
            #expect(!Files.exists(scene.paths.json(files)) && !Files.exists(scene.paths.nextJSON))
        }
    }

    @Test("a container that is started again goes on in the same file")
    func secondLife() async throws {
        try await scene { scene in
            for _ in 0..<3 {
                var transcriber = try scene.open()
                try scene.write(5)
                try transcriber.finish()
            }
            #expect(try scene.found() == scene.expected)
        }
    }
}
