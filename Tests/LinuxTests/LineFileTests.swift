import FoundationEssentials
import Linux
import Testing

@Suite struct LineFileTests {
    private func with(_ body: @escaping @Sendable (String) throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/oxbow-line-file/" + UUID().uuidString
        try await blocking {
            try Files.makeFolders(folder)
            defer { try? Files.removeTree(folder) }
            try body(folder + "/file")
        }
    }

    @Test("what a killed writer left of a line is taken away", arguments: ["", "a\n", "a\nbb\n"], ["", "c", "ccc"])
    func cutLine(_ whole: String, _ rest: String) async throws {
        try await with { path in
            try Files.write(path, Array((whole + rest).utf8))
            var file = try LineFile(path)
            #expect(file.size == UInt64(whole.utf8.count))
            #expect(file.append(Array("next\n".utf8)[...]).failure == nil)
            #expect(String(decoding: try Files.read(path), as: UTF8.self) == whole + "next\n")
        }
    }

    @Test("a line longer than one read is found whole")
    func longLine() async throws {
        try await with { path in
            let long = [UInt8](repeating: 0x41, count: 200_000)
            try Files.write(path, Array("a\n".utf8) + long)
            #expect(try LineFile(path).size == 2)
        }
    }

    @Test("the last lines are whole ones")
    func tail() async throws {
        try await with { path in
            try Files.write(path, Array("one\ntwo\nthree\n".utf8))
            let file = try LineFile(path)
            func tail(_ limit: Int) throws -> String {
                let (bytes, isWhole) = try file.tail(limit)
                return String(decoding: bytes, as: UTF8.self) + (isWhole ? "." : "")
            }
            #expect(try tail(100) == "one\ntwo\nthree\n.")
            #expect(try tail(14) == "one\ntwo\nthree\n.")
            #expect(try tail(12) == "two\nthree\n")
            #expect(try tail(8) == "three\n")
            #expect(try tail(3) == "")
        }
    }
}

@Suite struct FileWatchTests {
    @Test("an armed file fires once for any number of writes, until it is armed again")
    func once() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/oxbow-watch-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await blocking { try Files.makeFile(path) }
        let watch = try await FileWatch.open()
        for _ in 0..<3 {
            let ticket = try await blocking { try watch.arm(path) }
            try await blocking {
                for _ in 0..<10 { _ = try OpenFile.appending(path).write([0x41][...]) }
            }
            #expect(await watch.next() == .written([ticket]))
        }
        let waiting = Task { await watch.next() }
        waiting.cancel()
        #expect(await waiting.value == nil)
        await watch.close()
    }

    @Test("there is no watch of a file that is not there")
    func missing() async throws {
        let watch = try await FileWatch.open()
        #expect(throws: SystemFailure.self) { try watch.arm("/nonexistent/file") }
        await watch.close()
    }
}
