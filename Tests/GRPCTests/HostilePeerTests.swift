import NIOCore
import NIOEmbedded
import Testing

@testable import GRPC

@Suite("Peers that mean harm, or know no better")
struct HostilePeerTests {
    func connected(_ limits: GRPCLimits = GRPCLimits()) throws -> Peer {
        let peer = try Peer(limits: limits)
        try peer.sendRaw(Frame.preface + Frame.settings.bytes)
        return peer
    }

    @Test(
        "a bad preface is answered with GOAWAY and closed",
        arguments: ["GET / HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"])
    func preface(text: String) throws {
        let peer = try Peer()
        try peer.sendRaw(Array(text.utf8))
        #expect(peer.goAway == .protocolError)
        #expect(peer.hasEnded)
    }

    @Test("a client that says nothing is closed after the handshake's time")
    func silence() throws {
        let peer = try Peer()
        try peer.wait(.seconds(9))
        #expect(!peer.hasEnded)
        try peer.wait(.seconds(1))
        #expect(peer.hasEnded)
        let other = try connected()
        try other.wait(.seconds(60))
        #expect(!other.hasEnded)
    }

    @Test("a frame longer than we announced ends the connection with FRAME_SIZE_ERROR")
    func longFrame() throws {
        let peer = try connected()
        try peer.sendRaw(
            Frame.request(1).bytes + Frame.data(1, [UInt8](repeating: 0, count: 16_385), ends: false).bytes)
        #expect(peer.goAway?.rawValue == 6)
        #expect(peer.hasEnded)
    }

    @Test("a frame that is too short for its kind ends the connection")
    func shortFrame() throws {
        let peer = try connected()
        try peer.sendRaw(Frame(type: 6, flags: 0, stream: 0, payload: [1, 2, 3]).bytes)
        #expect(peer.goAway?.rawValue == 6)
        #expect(peer.hasEnded)
    }

    @Test("a header block that is no HPACK ends the connection with COMPRESSION_ERROR")
    func compression() throws {
        let peer = try connected()
        try peer.sendRaw(Frame(type: 1, flags: 4, stream: 1, payload: [0xff, 0xff, 0xff, 0xff, 0xff]).bytes)
        #expect(peer.goAway?.rawValue == 9)
        #expect(peer.hasEnded)
    }

    @Test("a connection that ends within a frame leaves no call behind")
    func truncated() throws {
        let peer = try connected()
        try peer.sendRaw(Frame.request(1).bytes + Frame.data(1, [0, 0, 0, 0, 9], ends: false).bytes.dropLast(2))
        #expect(peer.connection.streams.count == 1)
        _ = try peer.channel.finish()
        #expect(peer.connection.streams.isEmpty && peer.calls.isEmpty)
    }

    @Test("pings without data are answered up to the allowance, then the client is sent away")
    func pings() throws {
        let peer = try connected()
        for _ in 0..<100 { try peer.sendRaw(Frame.ping.bytes) }
        #expect(peer.frames.filter { $0.type == 6 && $0.flags == 1 && $0.payload == Frame.ping.payload }.count == 100)
        #expect(!peer.hasEnded)
        try peer.sendRaw(Frame.ping.bytes)
        #expect(peer.goAway == .enhanceYourCalm)
        #expect(peer.frames.contains { $0.type == 7 && $0.payload.suffix(14) == Array("too_many_pings".utf8)[...] })
        #expect(peer.hasEnded)
    }

    @Test("settings over and over end the connection")
    func settings() throws {
        let peer = try connected()
        for _ in 0..<50 { try peer.sendRaw(Frame.settings.bytes) }
        #expect(peer.goAway == .enhanceYourCalm)
        #expect(peer.hasEnded)
    }

    @Test("empty data frames over and over end the connection")
    func emptyFrames() throws {
        let peer = try connected()
        try peer.sendRaw(Frame.request(1).bytes)
        for _ in 0...500 { try peer.sendRaw(Frame.data(1, [], ends: false).bytes) }
        #expect(peer.goAway == .enhanceYourCalm)
    }

    @Test("rapid resets end the connection")
    func rapidReset() throws {
        let peer = try connected()
        for number in 0..<500 {
            let stream = UInt32(2 * number + 1)
            try peer.sendRaw(Frame.request(stream, ends: false).bytes + Frame.reset(stream).bytes)
        }
        #expect(!peer.hasEnded && peer.connection.streams.isEmpty)
        try peer.sendRaw(Frame.request(1001).bytes + Frame.reset(1001).bytes)
        #expect(peer.goAway == .enhanceYourCalm)
        #expect(peer.hasEnded)
    }

    @Test("malformed requests over and over end the connection")
    func malformed() throws {
        let peer = try connected()
        for number in 0...500 { try peer.sendRaw(Frame.request(UInt32(2 * number + 1), [":method": "POST"]).bytes) }
        #expect(peer.goAway == .enhanceYourCalm)
    }

    @Test("more calls at a time than allowed are refused, and so are calls while handlers have not returned")
    func concurrency() throws {
        var limits = GRPCLimits()
        limits.concurrentStreams = 2
        let peer = try connected(limits)
        let body = [UInt8](repeating: 0, count: 5)
        for stream in [UInt32(1), 3, 5] {
            try peer.sendRaw(Frame.request(stream).bytes + Frame.data(stream, body, ends: true).bytes)
        }
        #expect(peer.calls.count == 2)
        #expect(peer.frames.contains(Frame(type: 3, flags: 0, stream: 5, payload: [0, 0, 0, 7])))
        try peer.sendRaw(Frame.reset(1).bytes)
        try peer.sendRaw(Frame.request(7).bytes)
        #expect(peer.frames.contains(Frame(type: 3, flags: 0, stream: 7, payload: [0, 0, 0, 7])))
        peer.connection.finish(1, GRPCStatus(.ok))
        try peer.sendRaw(Frame.request(9).bytes + Frame.data(9, body, ends: true).bytes)
        #expect(peer.calls.map(\.stream) == [1, 3, 9])
    }

    @Test("a header list past the limit is RESOURCE_EXHAUSTED, and the connection goes on")
    func headers() throws {
        var limits = GRPCLimits()
        limits.headerBytes = 500
        let peer = try Peer(limits: limits)
        let long = try peer.call(["x": String(repeating: "y", count: 300)])
        let good = try peer.call()
        try peer.exchange()
        #expect(peer.status(of: long) == GRPCStatus(.resourceExhausted, "headers: larger than 500 bytes"))
        #expect(peer.calls.map(\.stream) == [good])
    }

    @Test("a second header list within a request resets it")
    func secondHeaders() throws {
        let peer = try connected()
        try peer.sendRaw(Frame.request(1).bytes + Frame.request(1).bytes)
        #expect(peer.frames.last == Frame(type: 3, flags: 0, stream: 1, payload: [0, 0, 0, 1]))
    }

    @Test("trailers end a request")
    func trailers() throws {
        let peer = try connected()
        try peer.sendRaw(Frame.request(1).bytes + Frame.data(1, [0, 0, 0, 0, 0], ends: false).bytes)
        #expect(peer.calls.isEmpty)
        try peer.sendRaw(Frame.request(1, ["a": "b"], ends: true).bytes)
        #expect(peer.calls.count == 1)
    }
}
