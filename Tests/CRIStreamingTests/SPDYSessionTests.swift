import NIOCore
import Testing

@testable import CRIStreaming

@Suite("State of a SPDY connection")
final class SPDYSessionTests {
    var session = SPDYSession(streamLimit: 3)

    func receive(_ frame: SPDYFrame) throws -> [SPDYSession.Step] { try session.receive(frame) }
    func take(_ count: Int, for id: UInt32) -> Int { session.take(count, for: id) }
    /// On a copy: what is thrown is the end of a connection.
    func fault(_ frame: SPDYFrame) -> SPDYFault? {
        var session = session
        do throws(SPDYFault) {
            _ = try session.receive(frame)
            return nil
        } catch {
            return error
        }
    }

    func syn(_ id: UInt32, isLast: Bool = false) -> SPDYFrame {
        .synStream(id, headers: [], isLast: isLast, isUnidirectional: false)
    }

    @Test("streams open with odd ids that grow, up to the limit")
    func opening() throws {
        #expect(try receive(syn(1)) == [.open(1, [])])
        #expect(try receive(syn(5, isLast: true)) == [.open(5, []), .end(5)])
        for id: UInt32 in [2, 1, 3, 5] {
            #expect(fault(syn(id)) == SPDYFault.streamID(id))
        }
        _ = try receive(syn(7))
        #expect(fault(syn(9)) == SPDYFault.tooManyStreams)
        // One that is over makes room.
        _ = try receive(.reset(1, .cancel))
        _ = try receive(syn(9))
    }

    @Test("a stream is forgotten when both sides have ended it")
    func ending() throws {
        _ = try receive(syn(1))
        #expect(
            try receive(.data(1, ByteBuffer(string: "x"), isLast: true)) == [
                .data(1, ByteBuffer(string: "x")), .end(1),
            ])
        #expect(session.openStreams == 1 && session.isLocalOpen(1))
        session.endLocal(1)
        #expect(session.openStreams == 0 && !session.isLocalOpen(1))
    }

    @Test("data out of turn is answered with a reset, or ignored when the stream is gone")
    func dataOutOfTurn() throws {
        let bytes = ByteBuffer(string: "abc")
        _ = try receive(syn(1, isLast: true))
        #expect(try receive(.data(1, bytes, isLast: false)) == [.wasted(3), .send(.reset(1, .alreadyClosed))])
        #expect(try receive(.data(9, bytes, isLast: false)) == [.wasted(3), .send(.reset(9, .invalidStream))])
        _ = session.remove(1)
        #expect(try receive(.data(1, bytes, isLast: false)) == [.wasted(3)])
    }

    @Test("a client's pings come back, and nothing else does")
    func pings() throws {
        #expect(try receive(.ping(3)) == [.send(.ping(3))])
        #expect(try receive(.ping(2)) == [])
        #expect(try receive(.goAway(lastStream: 0, status: 0)) == [])
        #expect(try receive(.reset(1, .cancel)) == [])
        #expect(fault(.synReply(2, headers: [], isLast: false)) == SPDYFault.streamID(2))
    }

    @Test("windows are heeded from the moment the client shows that it counts")
    func windows() throws {
        _ = try receive(syn(1))
        #expect(take(100_000, for: 1) == 100_000)
        // What was sent before counts.
        #expect(try receive(.windowUpdate(1, 50_000)) == [.roomToSend])
        #expect(take(10, for: 1) == 0 && !session.hasRoom(1))
        _ = try receive(.windowUpdate(0, 40_000))
        #expect(session.hasRoom(1))
        #expect(take(10_000, for: 1) == 65_536 + 40_000 - 100_000)
        #expect(take(1, for: 1) == 0)
    }

    @Test("an initial window of the client changes the streams that are open")
    func initialWindow() throws {
        _ = try receive(syn(1))
        #expect(try receive(.settings(initialWindow: 10)) == [.roomToSend])
        #expect(take(100, for: 1) == 10)
        _ = try receive(syn(3))
        #expect(take(100, for: 3) == 10)
        #expect(try receive(.settings(initialWindow: nil)) == [])
    }

    @Test("a window past its end, or one that does not grow, ends the connection")
    func windowFaults() throws {
        _ = try receive(syn(1))
        for frame in [SPDYFrame.windowUpdate(0, 0x7FFF_FFFF), .windowUpdate(1, 0x7FFF_FFFF), .windowUpdate(1, 0)] {
            #expect(fault(frame) == SPDYFault.window)
        }
    }
}
