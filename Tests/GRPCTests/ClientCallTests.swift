import NIOCore
import Testing

@testable import GRPC

@Suite("A call as the client sees it")
struct ClientCallTests {
    let head = [HeaderField(":status", "200"), HeaderField("content-type", "application/grpc")]
    let ok = [HeaderField("grpc-status", "0")]

    func call(stream: Bool = false) -> ClientCall { ClientCall(name: 1, isStream: stream, limit: 4) }

    @Test("headers, a message and trailers are an answer")
    func good() {
        let call = call()
        call.receive(head, isCut: false, ends: false)
        #expect(call.receive(ByteBuffer(bytes: [0, 0, 0, 0, 1, 7])))
        #expect(!call.isDue)
        call.receive(ok, isCut: false, ends: true)
        #expect(call.isDue)
        let batch = call.take()
        #expect(batch.messages == [ByteBuffer(bytes: [7])] && batch.end?.code == .ok)
    }

    @Test("a stream's messages are due at once, with their bytes counted until taken")
    func stream() {
        let call = call(stream: true)
        call.receive(head, isCut: false, ends: false)
        #expect(call.receive(ByteBuffer(bytes: [0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 2, 8, 9])))
        #expect(call.isDue && call.queuedBytes == 3)
        #expect(call.take().messages.count == 2)
        #expect(!call.isDue && call.queuedBytes == 0)
    }

    @Test("trailers only, with a message to decode")
    func trailersOnly() {
        let call = call()
        let fields = head + [HeaderField("grpc-status", "5"), HeaderField("grpc-message", "no%20pod")]
        call.receive(fields, isCut: false, ends: true)
        #expect(call.end == GRPCStatus(.notFound, "no pod"))
    }

    @Test(
        "an HTTP answer without gRPC becomes the status that gRPC says",
        arguments: [
            (400, GRPCStatus.Code.internal), (401, .unauthenticated), (403, .permissionDenied), (404, .unimplemented),
            (429, .unavailable), (502, .unavailable), (503, .unavailable), (504, .unavailable), (500, .unknown),
            (302, .unknown),
        ])
    func http(status: Int, code: GRPCStatus.Code) {
        let call = call()
        call.receive([HeaderField(":status", "\(status)")], isCut: false, ends: true)
        #expect(call.end?.code == code)
    }

    @Test(
        "a reset becomes the status that gRPC says",
        arguments: [
            (ResetReason.refusedStream, GRPCStatus.Code.unavailable), (.cancel, .cancelled), (.noError, .internal),
            (.enhanceYourCalm, .resourceExhausted), (.inadequateSecurity, .permissionDenied),
            (.protocolError, .internal),
        ])
    func reset(reason: ResetReason, code: GRPCStatus.Code) {
        #expect(GRPCStatus.ofReset(reason).code == code)
    }

    @Test("broken answers end the call, and nothing more is wanted")
    func broken() {
        let early = call()
        #expect(!early.receive(ByteBuffer(bytes: [0])))
        #expect(early.end?.code == .internal)
        let large = call()
        large.receive(head, isCut: false, ends: false)
        #expect(!large.receive(ByteBuffer(bytes: [0, 0, 0, 0, 5])))
        #expect(large.end == GRPCStatus(.resourceExhausted, "answer message: larger than 4 bytes (5)"))
        let two = call()
        two.receive(head, isCut: false, ends: false)
        #expect(!two.receive(ByteBuffer(bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0])))
        #expect(two.end?.code == .internal)
        let half = call()
        half.receive(head, isCut: false, ends: false)
        #expect(half.receive(ByteBuffer(bytes: [0, 0, 0])))
        half.receive(ok, isCut: false, ends: true)
        #expect(half.end?.code == .internal)
        let statusless = call()
        statusless.receive(head, isCut: false, ends: false)
        statusless.receive([], isCut: false, ends: true)
        #expect(statusless.end?.code == .unknown)
        let long = call()
        long.receive(head, isCut: true, ends: false)
        #expect(long.end?.code == .resourceExhausted)
    }

    @Test("an unknown status number is UNKNOWN")
    func unknown() {
        let call = call()
        call.receive(head + [HeaderField("grpc-status", "99")], isCut: false, ends: true)
        #expect(call.end?.code == .unknown)
    }
}
