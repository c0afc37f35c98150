import CCurl
import Glibc
import NIOCore

/// The descriptor of one hijacked connection, served on the driving thread.
final class HandleLink {
    /// Bytes of one read.
    private static let readSize = 64 << 10

    let shared: RawLink
    let socket: Int32
    /// Looked at by the task since the last turn.
    var touched = true
    /// `revents` of the last poll.
    var ready: Int16 = 0
    private(set) var isClosed = false
    private var writeBlocked = false
    private var ended = false

    init(_ shared: RawLink, owning socket: Int32) {
        self.shared = shared
        self.socket = socket
        _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
    }

    deinit { if !isClosed { Glibc.close(socket) } }

    /// What to poll for; 0: nothing.
    var interest: Int16 {
        var events: Int32 = 0
        if !ended, shared.wantsBytes { events |= CURL_WAIT_POLLIN }
        if writeBlocked { events |= CURL_WAIT_POLLOUT }
        return Int16(events)
    }

    func work(now: ContinuousClock.Instant) {
        if let deadline = shared.deadline, now >= deadline {
            return finish(HTTPFailure(reason: .timedOut, detail: "no answer to the upgrade within its limit"))
        }
        guard touched || ready != 0 else { return }
        if shared.isClosing { return finish(HTTPFailure(reason: .cancelled, detail: "connection closed by us")) }
        let readable = ready & ~Int16(CURL_WAIT_POLLOUT) != 0
        if touched || ready & ~Int16(CURL_WAIT_POLLIN) != 0 { writeBlocked = false }
        touched = false
        ready = 0
        send()
        if readable { receive() }
    }

    private func receive() {
        guard !ended, !isClosed else { return }
        var bytes = ByteBufferAllocator().buffer(capacity: Self.readSize)
        var code: Int32 = 0
        let got = bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.readSize) { space in
            let got = recv(socket, space.baseAddress, space.count, 0)
            if got < 0 { code = errno }
            return max(0, got)
        }
        if code == EAGAIN || code == EINTR { return }
        if code == ECONNRESET || code == EPIPE { return finish(broken("read", code)) }
        guard code == 0 else { return finish(broken("read", code)) }
        ended = got == 0
        shared.received(bytes, ended: ended)
    }

    private func send() {
        while !writeBlocked, !isClosed, let item = shared.nextToSend() {
            switch item {
            case .end:
                _ = shutdown(socket, Int32(SHUT_WR))  // fails only when the peer has gone, which the next read says
                shared.sent(0)
            case .bytes(let bytes):
                var code: Int32 = 0
                let put = bytes.withUnsafeReadableBytes { view in
                    let put = Glibc.send(socket, view.baseAddress, view.count, Int32(MSG_NOSIGNAL))
                    if put < 0 { code = errno }
                    return put
                }
                if code == EAGAIN {
                    writeBlocked = true
                } else if code != 0, code != EINTR {
                    finish(broken("write", code))
                } else if code == 0 {
                    shared.sent(put)
                }
            }
        }
    }

    private func broken(_ call: String, _ code: Int32) -> HTTPFailure {
        HTTPFailure(reason: .broken, detail: "\(call): \(String(cString: strerror(code)))")
    }

    private func finish(_ failure: HTTPFailure) {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(socket)
        shared.fail(failure)
    }
}
