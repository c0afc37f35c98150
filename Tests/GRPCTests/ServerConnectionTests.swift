import NIOCore
import NIOEmbedded
import Testing

@testable import GRPC

@Suite("The server's side of a connection")
struct ServerConnectionTests {
    /// Preface, SETTINGS, one request with the message "hi".
    static let session: [UInt8] =
        Frame.preface + Frame.settings.bytes + Frame.request(1).bytes
        + Frame.data(1, [0, 0, 0, 0, 2, 0x68, 0x69], ends: true).bytes

    @Test("a request of literal bytes starts one call, wherever they are split")
    func split() throws {
        for first in stride(from: 0, through: Self.session.count, by: 1) {
            let peer = try Peer()
            try peer.sendRaw(Array(Self.session[..<first]))
            try peer.sendRaw(Array(Self.session[first...]))
            let call = try #require(peer.calls.first, "split at \(first)")
            #expect(peer.calls.count == 1 && String(buffer: call.message) == "hi")
            #expect(call.head == CallHead(path: "/a.B/C", authority: "localhost"))
        }
        let peer = try Peer()
        for byte in Self.session { try peer.sendRaw([byte]) }
        #expect(peer.calls.count == 1)
    }

    @Test("a call is answered with headers, messages and trailers")
    func answer() throws {
        let peer = try Peer()
        let stream = try peer.call()
        try peer.exchange()
        #expect(peer.calls.count == 1)
        guard case .taken = peer.connection.send(stream, ByteBuffer(string: "yes")) else {
            Issue.record("not taken")
            return
        }
        peer.connection.finish(stream, GRPCStatus(.ok))
        try peer.exchange()
        #expect(
            peer.events.contains(
                .headers(
                    stream: stream, [HeaderField(":status", "200"), HeaderField("content-type", "application/grpc")],
                    isCut: false, ends: false)))
        #expect(peer.events.contains(.data(stream: stream, ByteBuffer(bytes: [0, 0, 0, 0, 3] + Array("yes".utf8)))))
        #expect(peer.end(of: stream) == ["grpc-status": "0"])
        #expect(peer.reset(of: stream) == .noError)
    }

    @Test("an answer without a message is trailers only")
    func trailersOnly() throws {
        let peer = try Peer()
        let stream = try peer.call()
        try peer.exchange()
        peer.connection.finish(stream, GRPCStatus(.notFound, "a%\n"))
        try peer.exchange()
        #expect(
            peer.end(of: stream) == [
                ":status": "200", "content-type": "application/grpc", "grpc-status": "5", "grpc-message": "a%25%0A",
            ])
    }

    @Test("authorities of all kinds reach the handler", arguments: ["", "localhost", "/run/x.sock", "%2Frun%2Fx"])
    func authority(text: String) throws {
        let peer = try Peer()
        _ = try peer.call([":authority": text])
        try peer.exchange()
        #expect(peer.calls.first?.head.authority == text)
    }

    @Test("a request that is no gRPC gets its HTTP status, a malformed one a reset")
    func refusals() throws {
        let peer = try Peer()
        let method = try peer.call([":method": "GET"])
        let type = try peer.call(["content-type": "text/plain"])
        let timeout = try peer.call(["grpc-timeout": "1"])
        let header = try peer.call(["connection": "close"])
        let good = try peer.call()
        try peer.exchange()
        #expect(peer.end(of: method)?[":status"] == "405")
        #expect(peer.end(of: type)?[":status"] == "415")
        #expect(peer.status(of: timeout) == GRPCStatus(.internal, "grpc-timeout: malformed (1)"))
        #expect(peer.reset(of: header) == .protocolError)
        #expect(peer.calls.map(\.stream) == [good])
    }

    @Test("a message past the limit is refused as soon as its prefix is there")
    func tooLarge() throws {
        let peer = try Peer()
        try peer.sendRaw(Frame.preface + Frame.settings.bytes + Frame.request(1).bytes)
        try peer.sendRaw(Frame.data(1, [0, 1, 0, 0, 1], ends: false).bytes)
        // HEADERS that end the stream, then RST_STREAM with NO_ERROR.
        let last = peer.frames.suffix(2)
        #expect(last.first.map { [$0.type, $0.flags] } == [1, 5])
        #expect(last.last == Frame(type: 3, flags: 0, stream: 1, payload: [0, 0, 0, 0]))
        try peer.sendRaw(Frame.request(3).bytes + Frame.data(3, [0, 0, 0, 0, 0], ends: true).bytes)
        #expect(peer.calls.map(\.stream) == [3])
    }

    @Test("requests that are half received may not fill the memory together")
    func pendingBytes() throws {
        var limits = GRPCLimits()
        limits.pendingBytes = 27_000
        let peer = try Peer(limits: limits)
        try peer.sendRaw(Frame.preface + Frame.settings.bytes)
        let half = [0, 0, 0, 0x40, 0] + [UInt8](repeating: 1, count: 9_995)
        for stream in [UInt32(1), 3, 5] {
            try peer.sendRaw(Frame.request(stream).bytes + Frame.data(stream, half, ends: false).bytes)
        }
        #expect(peer.frames.filter { $0.type == 3 }.map(\.stream) == [5])
        try peer.sendRaw(Frame.data(1, [UInt8](repeating: 1, count: 0x4000 - 9_995), ends: true).bytes)
        #expect(peer.calls.map(\.stream) == [1])
    }

    @Test("an answer past the limit ends its call, whatever the handler says then")
    func answerTooLarge() throws {
        var limits = GRPCLimits()
        limits.messageBytes = 10
        let peer = try Peer(limits: limits)
        let stream = try peer.call()
        try peer.exchange()
        guard case .refused = peer.connection.send(stream, ByteBuffer(repeating: 0, count: 11)) else {
            Issue.record("taken")
            return
        }
        peer.connection.finish(stream, GRPCStatus(.ok))
        try peer.exchange()
        #expect(peer.status(of: stream) == GRPCStatus(.resourceExhausted, "answer message: larger than 10 bytes (11)"))
    }

    @Test("a deadline answers DEADLINE_EXCEEDED, before the request is complete too")
    func deadline() throws {
        let peer = try Peer()
        let stream = try peer.call(["grpc-timeout": "100m"])
        try peer.exchange()
        try peer.wait(.milliseconds(99))
        #expect(peer.status(of: stream) == nil)
        try peer.wait(.milliseconds(1))
        #expect(peer.status(of: stream) == .deadlinePassed)
        peer.connection.finish(stream, GRPCStatus(.ok))  // too late, and harmless
        try peer.exchange()

        let half = try Peer()
        try half.sendRaw(Frame.preface + Frame.settings.bytes)
        try half.sendRaw(Frame.request(1, timeout: "100m").bytes + Frame.data(1, [0, 0], ends: false).bytes)
        try half.wait(.milliseconds(99))
        #expect(half.connection.streams.count == 1)
        try half.wait(.milliseconds(1))
        #expect(half.frames.suffix(2).map(\.type) == [1, 3] && half.connection.streams.isEmpty)
    }

    @Test("a timeout longer than any clock is no deadline, and no overflow")
    func longTimeout() throws {
        let peer = try Peer()
        _ = try peer.call(["grpc-timeout": "99999999H"])
        try peer.exchange()
        try peer.wait(.seconds(1_000_000))
        #expect(peer.calls.count == 1 && peer.connection.streams.count == 1)
    }

    @Test("a client's reset ends the call, and what the handler says then is dropped")
    func clientReset() async throws {
        let peer = try Peer()
        let stream = try peer.call()
        try peer.exchange()
        try peer.reset(stream)
        try peer.exchange()
        await peer.calls[0].over.wait()
        guard case .refused(let status) = peer.connection.send(stream, ByteBuffer()) else {
            Issue.record("taken")
            return
        }
        #expect(status.code == .cancelled)
        peer.connection.finish(stream, GRPCStatus(.ok))
        try peer.exchange()
        #expect(!peer.hasEnded)
    }

    @Test("a connection that breaks ends its calls")
    func disconnect() async throws {
        let peer = try Peer()
        _ = try peer.call()
        try peer.exchange()
        _ = try await peer.channel.close()
        await peer.calls[0].over.wait()
    }

    @Test("answers wait for the client's window, then for room, and a client that takes nothing is given up")
    func window() throws {
        var limits = GRPCLimits()
        limits.stall = .seconds(10)
        let peer = try Peer(limits: limits)
        let zeroWindow = Frame(type: 4, flags: 0, stream: 0, payload: [0, 4, 0, 0, 0, 0])
        try peer.sendRaw(Frame.preface + zeroWindow.bytes + Frame.request(1).bytes)
        try peer.sendRaw(Frame.data(1, [0, 0, 0, 0, 0], ends: true).bytes)
        guard case .taken = peer.connection.send(1, ByteBuffer(repeating: 7, count: 1000)),
            case .full = peer.connection.send(1, ByteBuffer(repeating: 7, count: 1 << 20))
        else {
            Issue.record("not held back")
            return
        }
        try peer.wait(.zero)
        #expect(!peer.frames.contains { $0.type == 0 })
        try peer.sendRaw(Frame(type: 8, flags: 0, stream: 1, payload: [0, 0, 0, 100]).bytes)
        #expect(peer.frames.filter { $0.type == 0 }.map(\.payload.count) == [100])
        try peer.wait(.seconds(10))
        #expect(!peer.frames.contains { $0.type == 3 })
        try peer.wait(.seconds(10))
        #expect(peer.frames.last == Frame(type: 3, flags: 0, stream: 1, payload: [0, 0, 0, 8]))
    }

    @Test("nothing is taken from the session while the socket is full")
    func unwritable() throws {
        let peer = try Peer()
        let stream = try peer.call()
        try peer.exchange()
        peer.channel.isWritable = false
        _ = peer.connection.send(stream, ByteBuffer(repeating: 1, count: 500_000))
        try peer.wait(.zero)
        #expect(peer.data(of: stream) == 0)
        peer.channel.isWritable = true
        peer.channel.pipeline.fireChannelWritabilityChanged()
        try peer.exchange()
        #expect(peer.data(of: stream) == 500_005)
    }

    @Test("draining says GOAWAY, lets a call finish and closes")
    func drain() throws {
        let peer = try Peer()
        let stream = try peer.call()
        try peer.exchange()
        peer.connection.drain(grace: .seconds(5))
        try peer.exchange()
        #expect(peer.goAway == .noError && !peer.hasEnded)
        peer.connection.finish(stream, GRPCStatus(.ok))
        try peer.exchange()
        #expect(peer.status(of: stream)?.code == .ok && peer.hasEnded)
    }

    @Test("draining cancels a call that outstays the grace")
    func abandon() async throws {
        let peer = try Peer()
        let stream = try peer.call()
        try peer.exchange()
        peer.connection.drain(grace: .seconds(5))
        try peer.exchange()
        try peer.wait(.seconds(5))
        #expect(peer.status(of: stream)?.code == .unavailable && peer.hasEnded)
        await peer.calls[0].over.wait()
    }
}
