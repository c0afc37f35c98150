import CCurl
import Glibc
import NIOCore

/// What libcurl's callbacks leave for the driving thread. They do nothing else, so nothing is re-entered.
final class HandleInbox {
    let exchange: Exchange
    let followsRedirects: Bool
    var head: HTTPResponseHead?
    var headBytes = 0
    var headDone = false
    var events: [Exchange.Event] = []
    var body = ByteBuffer()
    var overflow = false
    var upload: Int32 = -1
    var uploadFailure: Int32 = 0

    init(_ exchange: Exchange, followsRedirects: Bool) {
        self.exchange = exchange
        self.followsRedirects = followsRedirects
    }
    deinit { if upload >= 0 { close(upload) } }

    // MARK: Callbacks

    static let header: oxbow_curl_data_callback = { bytes, size, count, owner in
        guard let bytes, let owner else { return 0 }
        let inbox = Unmanaged<HandleInbox>.fromOpaque(owner).takeUnretainedValue()
        let length = size * count
        inbox.headBytes += length
        guard inbox.headBytes <= HTTPResponseHead.limit else {
            inbox.overflow = true
            return 0
        }
        let raw = UnsafeRawBufferPointer(start: bytes, count: length)
        var line = Substring(decoding: raw, as: UTF8.self)
        while let last = line.unicodeScalars.last, last == "\r" || last == "\n" { line.unicodeScalars.removeLast() }
        if line.hasPrefix("HTTP/"), let head = HTTPResponseHead(statusLine: line), !inbox.headDone {
            inbox.head = head
        } else if !line.isEmpty {
            if !inbox.headDone { _ = inbox.head?.append(line: line) }  // a trailer is not part of the head
        } else if let head = inbox.head, !inbox.headDone {
            let redirected = inbox.followsRedirects && (300..<400).contains(head.status) && head["Location"] != nil
            if head.status >= 200, !redirected {
                inbox.headDone = true
                inbox.events.append(.head(head))
            }
        }
        return length
    }

    static let write: oxbow_curl_data_callback = { bytes, size, count, owner in
        guard let bytes, let owner else { return 0 }
        let inbox = Unmanaged<HandleInbox>.fromOpaque(owner).takeUnretainedValue()
        guard inbox.headDone else { return size * count }  // the body of a redirect
        guard !inbox.exchange.mustPause(undelivered: inbox.body.readableBytes) else {
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        return inbox.body.writeBytes(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

    static let read: oxbow_curl_data_callback = { bytes, size, count, owner in
        guard let bytes, let owner else { return Int(CURL_READFUNC_ABORT) }
        let inbox = Unmanaged<HandleInbox>.fromOpaque(owner).takeUnretainedValue()
        while true {
            let got = Glibc.read(inbox.upload, bytes, size * count)
            if got >= 0 { return got }
            if errno == EINTR { continue }
            inbox.uploadFailure = errno
            return Int(CURL_READFUNC_ABORT)
        }
    }

    static let seek: oxbow_curl_seek_callback = { owner, offset, origin in
        guard let owner else { return CURL_SEEKFUNC_FAIL }
        let inbox = Unmanaged<HandleInbox>.fromOpaque(owner).takeUnretainedValue()
        return lseek(inbox.upload, offset, origin) < 0 ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK
    }
}
