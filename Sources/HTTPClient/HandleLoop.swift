import CCurl
import Glibc

/// What the driving thread knows. It never leaves that thread.
final class HandleLoop {
    /// Connections, busy ones included, past which libcurl closes idle ones instead of keeping them for reuse.
    private static let keptConnections = 256
    /// Easy handles kept for reuse.
    private static let keptHandles = 8
    private static let longestPoll = Duration.seconds(60)

    private let multi: UnsafeMutableRawPointer
    private var transfers: [ObjectIdentifier: HandleTransfer] = [:]
    private var links: [ObjectIdentifier: HandleLink] = [:]
    private var spare: [UnsafeMutableRawPointer] = []
    private var polled: [curl_waitfd] = []
    private var polledLinks: [HandleLink] = []

    init(multi: UnsafeMutableRawPointer) {
        self.multi = multi
        oxbow_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.keptConnections)
    }

    func take(_ message: HandleDriver.Message) {
        switch message {
        case .start(let exchange): start(exchange)
        case .cancel(let exchange):
            guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }  // has ended
            finish(transfer, failure: HTTPFailure(reason: .cancelled, detail: "request withdrawn"))
        case .resume(let exchange): transfers[ObjectIdentifier(exchange)]?.resume()
        case .touch(let link): links[ObjectIdentifier(link)]?.touched = true
        }
    }

    private func start(_ exchange: Exchange) {
        guard let easy = spare.popLast() ?? curl_easy_init() else {
            let failure = HTTPFailure(reason: .broken, detail: "libcurl: out of memory")
            return exchange.deliver([], finished: true, failure: failure)
        }
        let transfer = HandleTransfer(exchange, easy: easy)
        transfers[ObjectIdentifier(exchange)] = transfer
        if let failure = transfer.prepare() { return finish(transfer, failure: failure, added: false) }
        let added = curl_multi_add_handle(multi, easy)
        guard added == CURLM_OK else {
            let failure = HTTPFailure(reason: .broken, detail: String(cString: curl_multi_strerror(added)))
            return finish(transfer, failure: failure, added: false)
        }
    }

    /// Lets libcurl work, hands what came to the exchanges, and serves the raw links.
    func turn() {
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        for transfer in transfers.values { transfer.flush() }
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let result = oxbow_curl_message_result(message)
            guard let transfer = HandleTransfer.of(easy) else { continue }
            complete(transfer, result)
        }
        let now = ContinuousClock.now
        for (id, link) in links {
            link.work(now: now)
            if link.isClosed { links[id] = nil }
        }
    }

    private func complete(_ transfer: HandleTransfer, _ result: CURLcode) {
        if result == CURLE_OK, let link = transfer.exchange.link {
            guard let socket = transfer.duplicateSocket() else {
                return finish(transfer, failure: HTTPFailure(reason: .broken, detail: "dup: \(errno)"))
            }
            links[ObjectIdentifier(link)] = HandleLink(link, owning: socket)
        }
        finish(transfer, failure: transfer.failure(of: result))
    }

    private func finish(_ transfer: HandleTransfer, failure: HTTPFailure?, added: Bool = true) {
        transfers[ObjectIdentifier(transfer.exchange)] = nil
        transfer.count()
        if added { curl_multi_remove_handle(multi, transfer.easy) }
        // A handle that only connected holds on to its connection: it cannot be used again.
        if spare.count < Self.keptHandles, transfer.exchange.link == nil {
            curl_easy_reset(transfer.easy)
            spare.append(transfer.easy)
        } else {
            curl_easy_cleanup(transfer.easy)
        }
        transfer.end(failure: failure)
    }

    /// Sleeps until a socket, a timer or `curl_multi_wakeup` has something.
    func wait() {
        polled.removeAll(keepingCapacity: true)
        polledLinks.removeAll(keepingCapacity: true)
        var sleep = Self.longestPoll
        let now = ContinuousClock.now
        for link in links.values {
            if let deadline = link.shared.deadline { sleep = min(sleep, max(.zero, deadline - now)) }
            let events = link.interest
            guard events != 0 else { continue }
            polled.append(curl_waitfd(fd: link.socket, events: events, revents: 0))
            polledLinks.append(link)
        }
        let milliseconds = sleep / .milliseconds(1)
        var ready: Int32 = 0
        let code = polled.withUnsafeMutableBufferPointer {
            curl_multi_poll(multi, $0.baseAddress, UInt32($0.count), Int32(milliseconds.rounded(.up)), &ready)
        }
        guard code == CURLM_OK else {
            usleep(10_000)  // out of memory: try again, but do not spin
            return
        }
        for (entry, link) in zip(polled, polledLinks) where entry.revents != 0 { link.ready = entry.revents }
    }
}
