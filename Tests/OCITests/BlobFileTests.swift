import Faults
import Linux
import NIOCore
import Testing

@testable import OCI

@Suite struct BlobFileTests {
    private let text = "the whole of a blob"
    private var expected: Descriptor {
        Descriptor(digest: Digest.of(ByteBuffer(string: text)), size: UInt64(text.utf8.count))
    }

    private func with(_ found: String?, _ body: @escaping @Sendable (BlobFile, String) throws -> Void) async throws {
        let path = "/tmp/oxbow-blob-\(UInt64.random(in: 0 ... .max))"
        let expected = expected
        try await blocking {
            defer { unlinkQuietly(path) }
            if let found { try Files.write(path, Array(found.utf8)) }
            try body(try BlobFile(path, expecting: expected), path)
        }
    }

    @Test("what is there is gone on with, from any byte on")
    func continued() async throws {
        for count in 0...text.count {
            let text = text
            try await with(String(text.prefix(count))) { file, path in
                #expect(file.count == UInt64(count) && file.found == UInt64(count))
                try file.append(ByteBuffer(string: String(text.dropFirst(count))))
                #expect(file.isWhole)
                #expect(try Files.read(path) == Array(text.utf8))
            }
        }
    }

    @Test("more than the blob can be is thrown away; more cannot come")
    func tooLong() async throws {
        let text = text
        try await with(text + "!") { file, _ in
            #expect(file.count == 0 && !file.isWhole)
            try file.append(ByteBuffer(string: text))
            let refusal = #expect(throws: OxbowError.self) { try file.append(ByteBuffer(string: "!")) }
            #expect(refusal?.kind == .corrupt)
        }
    }

    @Test("another beginning is seen at the end, and can be begun anew")
    func other() async throws {
        let text = text
        try await with("not") { file, _ in
            try file.append(ByteBuffer(string: String(text.dropFirst(3))))
            #expect(!file.isWhole)
            try file.restart()
            try file.append(ByteBuffer(string: text))
            #expect(file.isWhole)
        }
    }
}

private func unlinkQuietly(_ path: String) {
    // The test's own file, in a folder that is cleared with the machine.
    try? Files.removeFile(path)
}
