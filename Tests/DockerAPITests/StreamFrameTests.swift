import DockerAPI
import NIOCore
import Testing

@Suite struct StreamFrameTests {
    /// The bytes dockerd 20.10 sent for `err\n` on 2 and `out\n`, `` on 1.
    static let wire: [UInt8] = [
        2, 0, 0, 0, 0, 0, 0, 4, 0x65, 0x72, 0x72, 0x0A,
        1, 0, 0, 0, 0, 0, 0, 0,
        1, 0, 0, 0, 0, 0, 0, 4, 0x6F, 0x75, 0x74, 0x0A,
    ]

    @Test("a frame is eight bytes and its payload")
    func encode() {
        let frame = StreamFrame(.stderr, ByteBuffer(string: "err\n"))
        #expect(Array(buffer: frame.bytes) == Array(Self.wire[..<12]))
    }

    @Test("however the bytes are cut, the same output comes out", arguments: 0...32)
    func everySplit(_ cut: Int) throws {
        var decoder = StreamFrameDecoder()
        var frames = try decoder.receive(ByteBuffer(bytes: Self.wire[..<min(cut, Self.wire.count)]))
        frames += try decoder.receive(ByteBuffer(bytes: Self.wire[min(cut, Self.wire.count)...]))
        #expect(text(frames, .stderr) == "err\n")
        #expect(text(frames, .stdout) == "out\n")
        #expect(!decoder.isWithinFrame)
    }

    @Test("byte by byte works too, and an end within a frame shows")
    func byteByByte() throws {
        var decoder = StreamFrameDecoder()
        var frames: [StreamFrame] = []
        for byte in Self.wire.dropLast() { frames += try decoder.receive(ByteBuffer(bytes: [byte])) }
        #expect(text(frames, .stdout) == "out")
        #expect(decoder.isWithinFrame)
    }

    @Test(
        "what is no header ends the stream",
        arguments: [[4, 0, 0, 0], [1, 0, 1, 0], [0x68, 0x65, 0x6C, 0x6C]] as [[UInt8]])
    func noHeader(_ start: [UInt8]) {
        var decoder = StreamFrameDecoder()
        #expect(throws: StreamFrameFailure()) { try decoder.receive(ByteBuffer(bytes: start + [0, 0, 0, 1, 65])) }
    }

    @Test("a frame that claims 4 GiB is handed on in bounded pieces")
    func longFrame() throws {
        var decoder = StreamFrameDecoder()
        var bytes = ByteBuffer(bytes: [1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF])
        bytes.writeRepeatingByte(65, count: StreamFrameDecoder.pieceLimit + 1)
        let frames = try decoder.receive(bytes)
        #expect(frames.map(\.payload.readableBytes) == [StreamFrameDecoder.pieceLimit, 1])
        #expect(decoder.isWithinFrame)
    }

    private func text(_ frames: [StreamFrame], _ stream: StreamFrame.Stream) -> String {
        frames.filter { $0.stream == stream }.map { String(buffer: $0.payload) }.joined()
    }
}
