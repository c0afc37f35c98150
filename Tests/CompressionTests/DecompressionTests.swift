import Testing

@testable import Compression

@Suite("Decompression")
struct DecompressionTests {
    /// `printf 'oxbow\n' | gzip -n`
    private let gzip: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0xaf, 0x48, 0xca, 0x2f, 0xe7, 0x02, 0x00,
        0x98, 0x02, 0xcd, 0xd3, 0x06, 0x00, 0x00, 0x00,
    ]
    /// `printf 'oxbow\n' | zstd`
    private let zstd: [UInt8] = [
        0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x31, 0x00, 0x00, 0x6f, 0x78, 0x62, 0x6f, 0x77, 0x0a, 0xa6, 0x80, 0x71,
        0x37,
    ]

    @Test("gzip gives back what went in")
    func gzipRoundTrip() throws {
        #expect(try Decompression.plain(gzip, limit: 100) == Array("oxbow\n".utf8))
    }

    @Test("zstd gives back what went in")
    func zstdRoundTrip() throws {
        #expect(try Decompression.plain(zstd, limit: 100) == Array("oxbow\n".utf8))
    }

    @Test("plain bytes pass through, even none at all")
    func plain() throws {
        #expect(try Decompression.plain(Array("{}\n".utf8), limit: 100) == Array("{}\n".utf8))
        #expect(try Decompression.plain([], limit: 100) == [])
    }

    @Test("a result past the limit is refused, compressed or not")
    func limit() {
        #expect(throws: DecompressionFailure.tooLarge(limit: 5)) { try Decompression.plain(gzip, limit: 5) }
        #expect(throws: DecompressionFailure.tooLarge(limit: 1)) { try Decompression.plain([1, 2], limit: 1) }
    }

    @Test("a stream cut short is an error, wherever it is cut", arguments: 3..<26)
    func truncated(length: Int) {
        #expect {
            try Decompression.plain(Array(gzip.prefix(length)), limit: 100)
        } throws: { error in
            if case .broken = error as? DecompressionFailure { true } else { false }
        }
    }
}
