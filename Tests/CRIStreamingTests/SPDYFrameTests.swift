import CZlib
import NIOCore
import Testing

@testable import CRIStreaming

@Suite("SPDY frames")
struct SPDYFrameTests {
    /// Made with Python's zlib: two streams of one connection, whose header blocks build on one another.
    static let first: [UInt8] = [
        0x80, 3, 0, 1, 0, 0, 0, 0x28, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x78, 0xBB, 0xE3, 0xC6, 0xA7, 0xC2, 0x02, 0xA6,
        0x23,
        0x46, 0x70, 0x3A, 0x2B, 0x29, 0x4A, 0x4D, 0xCC, 0x85, 0x16, 0x25, 0xAC, 0xA9, 0xA0, 0x80, 0x06, 0, 0, 0, 0xFF,
        0xFF,
    ]
    static let second: [UInt8] = [
        0x80, 3, 0, 1, 0, 0, 0, 0x2E, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0x02, 0xA5, 0x47, 0x0C, 0x29, 0x50, 0x29, 0x93,
        0x08,
        0x29, 0xB0, 0x8B, 0xC0, 0x79, 0xC3, 0xC2, 0xC0, 0xC2, 0, 0x48, 0x73, 0x16, 0x41, 0x22, 0x38, 0x13, 0x94, 0xF0,
        0x19,
        0x0D, 0, 0, 0, 0, 0xFF, 0xFF,
    ]
    static let headers = [SPDYFrame.Header("streamtype", "error")]
    static let moreHeaders = [
        SPDYFrame.Header("streamtype", "data"), SPDYFrame.Header("port", "8080"), SPDYFrame.Header("requestid", "0"),
    ]

    /// Reads all frames; pieces of one data frame are joined.
    static func frames(_ pieces: [ArraySlice<UInt8>], _ limits: StreamingLimits = .init()) throws -> [SPDYFrame] {
        var reader = try SPDYFrameReader.make(limits: limits)
        var frames: [SPDYFrame] = []
        for piece in pieces {
            reader.feed(ByteBuffer(bytes: piece))
            while let frame = try reader.next() {
                if case .data(let id, let more, let isLast) = frame, case .data(id, var whole, false)? = frames.last {
                    whole.writeImmutableBuffer(more)
                    frames[frames.count - 1] = .data(id, whole, isLast: isLast)
                } else {
                    frames.append(frame)
                }
            }
        }
        return frames
    }

    @Test("every kind of frame is read, wherever the bytes are cut")
    func everyCut() throws {
        let rest: [UInt8] = [
            0, 0, 0, 3, 0, 0, 0, 2, 0x68, 0x69, 0, 0, 0, 3, 1, 0, 0, 1, 0x21,  // data, the last of it
            0x80, 3, 0, 3, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 5,  // RST_STREAM
            0x80, 3, 0, 4, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 7, 0, 1, 0, 0,  // SETTINGS
            0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 9,  // PING
            0x80, 3, 0, 99, 0, 0, 0, 1, 0,  // unknown: ignored
            0x80, 3, 0, 9, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0x10, 0,  // WINDOW_UPDATE
            0x80, 3, 0, 7, 0, 0, 0, 8, 0, 0, 0, 3, 0, 0, 0, 0,  // GOAWAY
        ]
        let bytes = Self.first + Self.second + rest
        let expected: [SPDYFrame] = [
            .synStream(1, headers: Self.headers, isLast: false, isUnidirectional: false),
            .synStream(3, headers: Self.moreHeaders, isLast: false, isUnidirectional: false),
            .data(3, ByteBuffer(string: "hi!"), isLast: true), .reset(1, .cancel), .settings(initialWindow: 0x1_0000),
            .ping(9), .windowUpdate(0, 4096), .goAway(lastStream: 3, status: 0),
        ]
        for cut in bytes.indices {
            #expect(try Self.frames([bytes[..<cut], bytes[cut...]]) == expected)
        }
        #expect(try Self.frames(bytes.map { [$0][...] }) == expected)
    }

    @Test("what is written is read again, with headers compressed against those before")
    func roundTrip() throws {
        var writer = try SPDYFrameWriter.make()
        let frames: [SPDYFrame] = [
            .synReply(1, headers: [], isLast: false), .synReply(3, headers: Self.moreHeaders, isLast: true),
            .headers(3, headers: Self.headers, isLast: true), .data(1, ByteBuffer(string: "x"), isLast: true),
            .reset(5, .refused), .ping(2), .windowUpdate(1, 9), .goAway(lastStream: 7, status: 1),
            .settings(initialWindow: 5), .synStream(9, headers: Self.headers, isLast: true, isUnidirectional: true),
        ]
        var bytes = ByteBuffer()
        for frame in frames { bytes.writeImmutableBuffer(try writer.bytes(frame)) }
        #expect(try Self.frames([Array(bytes.readableBytesView)[...]]) == frames)
    }

    @Test("the dictionary is that of SPDY/3")
    func dictionary() {
        #expect(SPDYDictionary.bytes.count == 1423)
        #expect(adler32(1, SPDYDictionary.bytes, 1423) == 0xE3C6_A7C2)
    }

    @Test(
        "a frame that is none ends the connection",
        arguments: [
            ([0x80, 2, 0, 1, 0, 0, 0, 0], SPDYFault.version(2)),
            ([0x80, 3, 0, 1, 0, 0xFF, 0xFF, 0xFF], .frameTooLong(0xFF_FFFF)),
            ([0x80, 3, 0, 1, 0, 1, 0, 1], .frameTooLong(0x1_0001)),
            ([0x80, 3, 0, 3, 0, 0, 0, 4, 0, 0, 0, 1], .malformed("RST_STREAM")),
            ([0x80, 3, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1], .malformed("SETTINGS")),
            ([0x80, 3, 0, 4, 0, 0, 0, 4, 0xFF, 0xFF, 0xFF, 0xFF], .malformed("SETTINGS")),
            ([0x80, 3, 0, 6, 0, 0, 0, 5, 0, 0, 0, 1, 0], .malformed("PING")),
            ([0x80, 3, 0, 1, 0, 0, 0, 4, 0, 0, 0, 1], .malformed("SYN_STREAM")),
            ([0x80, 3, 0, 1, 0, 0, 0, 13, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x78, 0x9C, 7], .headers),
            ([0x80, 3, 0, 1, 0, 0, 0, 14, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], .headers),
            ([0, 0, 0, 0, 0, 0, 0, 1, 0], .streamID(0)),
        ] as [([UInt8], SPDYFault)])
    func faults(bytes: [UInt8], fault: SPDYFault) {
        for cut in bytes.indices {
            #expect(throws: fault) { try Self.frames([bytes[..<cut], bytes[cut...]]) }
        }
    }

    @Test("headers that expand past the limit end the connection, and never stand in memory")
    func bomb() throws {
        var writer = try SPDYFrameWriter.make()
        let long = SPDYFrame.Header("a", String(repeating: "a", count: 8 << 20))
        let bytes = Array(
            try writer.bytes(.synStream(1, headers: [long], isLast: false, isUnidirectional: false))
                .readableBytesView)
        #expect(bytes.count < StreamingLimits().controlFrameBytes)
        #expect(throws: SPDYFault.headers) { try Self.frames([bytes[...]]) }
        var limits = StreamingLimits()
        limits.headerBytes = 16 << 20
        #expect(try Self.frames([bytes[...]], limits).count == 1)
    }

    @Test(
        "a header block with wrong lengths or names is malformed",
        arguments: [
            [0, 0, 0, 1], [0, 0, 0, 1, 0, 0, 0, 9, 97], [0, 0, 0, 65], [0xFF, 0xFF, 0xFF, 0xFF],
            [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 1, 65, 0, 0, 0, 0], [0, 0, 0, 0, 1],
        ] as [[UInt8]])
    func headerBlocks(bytes: [UInt8]) {
        #expect { try SPDYHeaderBlock.read(ByteBuffer(bytes: bytes)) } throws: {
            if case .malformed? = $0 as? SPDYFault { true } else { false }
        }
    }
}
