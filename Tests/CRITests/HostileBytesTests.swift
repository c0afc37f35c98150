import Faults
import NIOCore
import Testing

@testable import CRI

@Suite struct HostileBytesTests {
    private func kind(of body: () throws -> Void) -> OxbowError.Kind? {
        do { try body() } catch { return (error as? OxbowError)?.kind }
        return nil
    }

    @Test("bytes that are no message are a bad request that names the message")
    func malformed() {
        let error = #expect(throws: OxbowError.self) { try VersionRequest(decoding: wire("0aff")) }
        #expect(error?.kind == .badRequest)
        #expect(error?.message == "message: not a valid VersionRequest")
    }

    @Test(
        "malformed bytes are refused",
        arguments: [
            "0a", "0a05", "0a0541", "0b", "0f", "00", "08ffffffffffffffffffff01", "0affffffff0f",
            "0a80808080808080808001",
        ])
    func refused(_ hex: String) {
        #expect(kind { _ = try PortMapping(decoding: wire(hex)) } == .badRequest)
    }

    @Test("a message cut at any offset is a message or a bad request")
    func truncated() throws {
        let whole = try CRIJSON.bytes(from: Sample.json(of: RunPodSandboxRequest.self), type: "RunPodSandboxRequest")
        #expect(whole.readableBytes > 500)
        var refused = 0
        for end in 0..<whole.readableBytes {
            let part = try #require(whole.getSlice(at: 0, length: end))
            if kind(of: { _ = try RunPodSandboxRequest(decoding: part) }) != nil { refused += 1 }
            if kind(of: { _ = try CRIJSON.text(of: part, type: "RunPodSandboxRequest") }) != nil { refused += 1 }
        }
        // Almost every cut is inside the one field `config`.
        #expect(refused > whole.readableBytes)
    }

    @Test("a message with any one byte changed is a message or a bad request")
    func corrupted() throws {
        let whole = try CRIJSON.bytes(from: Sample.json(of: ContainerStatus.self), type: "ContainerStatus")
        for place in 0..<whole.readableBytes {
            for flip: UInt8 in [0x01, 0x04, 0x80, 0xFF] {
                var bytes = whole
                let old = try #require(bytes.getInteger(at: place, as: UInt8.self))
                bytes.setInteger(old ^ flip, at: place)
                let kind = kind { _ = try ContainerStatus(decoding: bytes).encoded() }
                #expect(kind == nil || kind == .badRequest)
            }
        }
    }

    @Test("a message that unfolds past the arena's limit is too large, one that fits is not")
    func arenaLimit() throws {
        // A thousand empty containers: 2 bytes each here, a struct each when decoded.
        let bytes = ByteBuffer(bytes: (0..<1000).flatMap { _ in [0x0A, 0x00] as [UInt8] })
        let error = #expect(throws: OxbowError.self) {
            try CRICodec.read(ListContainersResponse.self, from: bytes, limit: 64 << 10)
        }
        #expect(error?.kind == .tooLarge)
        #expect(error?.message.contains("ListContainersResponse") == true)
        #expect(try CRICodec.read(ListContainersResponse.self, from: bytes, limit: 1 << 20).containers.count == 1000)
    }

    @Test("16 MiB of empty submessages stop at the default limit")
    func amplification() {
        var bytes = ByteBuffer()
        bytes.writeRepeatingByte(0, count: 16 << 20)
        bytes.withUnsafeMutableReadableBytes { room in
            for place in stride(from: 0, to: room.count, by: 2) { room[place] = 0x0A }
        }
        #expect(kind { _ = try ListContainersResponse(decoding: bytes) } == .tooLarge)
    }

    @Test("an arena hands out aligned, separate room and keeps its account")
    func arena() throws {
        var arena = Arena(limit: 1 << 20)
        var ranges: [Range<Int>] = []
        for size in [0, 1, 7, 8, 9, 4000, 5000, 16, 200_000, 3] {
            let room = arena.take(size)
            let start = Int(bitPattern: room)
            try #require(start != 0)
            #expect(start % 8 == 0)
            let range = start..<start + max(size, 1)
            #expect(!ranges.contains { $0.overlaps(range) })
            ranges.append(range)
        }
        let exhaustedEarly = arena.isExhausted
        #expect(!exhaustedEarly)
        let refused = [arena.take(1 << 20), arena.take(.max)]
        let exhausted = arena.isExhausted
        #expect(refused == [nil, nil] && exhausted)
        let small = arena.take(8)
        #expect(small != nil)
    }
}
