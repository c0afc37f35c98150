import CCurl
import Glibc
import Synchronization

/// The door to the one thread that calls libcurl: messages go in through an inbox, answers come out of the exchanges.
///
/// The thread lasts as long as the process, so nothing here is ever freed.
final class HandleDriver: Sendable {
    static let shared = HandleDriver()

    enum Message: Sendable {
        case start(Exchange)
        case cancel(Exchange)
        case resume(Exchange)
        /// The link has something to write, to read again or to close.
        case touch(RawLink)
    }

    /// Safe because other threads only hand the pointer to `curl_multi_wakeup`, which libcurl allows from any thread;
    /// every other call comes from the driving thread.
    private struct Multi: @unchecked Sendable { let raw: UnsafeMutableRawPointer }

    private let multi: Multi?
    private let inbox = Mutex<[Message]>([])

    private init() {
        guard curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK, let raw = curl_multi_init() else {
            multi = nil
            return
        }
        multi = Multi(raw: raw)
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let failed = pthread_create(
            &thread, nil,
            { context in
                oxbow_curl_name_thread("oxbow-http")
                // Safe to unwrap: `context` is the pointer passed to pthread_create just below.
                Unmanaged<HandleDriver>.fromOpaque(context!).takeRetainedValue().drive()
                return nil
            }, context)
        // Without a thread every request would wait for ever; a process that cannot make one cannot serve either.
        precondition(failed == 0, "pthread_create: \(failed)")
        pthread_detach(thread)
    }

    func start(_ exchange: Exchange) { post(.start(exchange)) }
    /// Ends a transfer that is still under way; one that has ended is left alone.
    func cancel(_ exchange: Exchange) {
        guard !exchange.isFinished else { return }
        post(.cancel(exchange))
    }
    func resume(_ exchange: Exchange) { post(.resume(exchange)) }
    func touch(_ link: RawLink) { post(.touch(link)) }

    private func post(_ message: Message) {
        guard let multi else {
            if case .start(let exchange) = message {
                let failure = HTTPFailure(reason: .broken, detail: "libcurl: out of memory")
                exchange.deliver([], finished: true, failure: failure)
            }
            return
        }
        let first = inbox.withLock {
            $0.append(message)
            return $0.count == 1
        }
        if first { curl_multi_wakeup(multi.raw) }
    }

    private func drive() {
        guard let multi else { return }
        let loop = HandleLoop(multi: multi.raw)
        while true {
            let messages = inbox.withLock {
                let taken = $0
                $0.removeAll(keepingCapacity: taken.count < 64)
                return taken
            }
            for message in messages { loop.take(message) }
            loop.turn()
            // A message that came meanwhile has already called wakeup, so the poll returns at once.
            loop.wait()
        }
    }
}
