import CCurl
import Glibc
import NIOCore

/// One easy handle at work for one exchange. Used on the driving thread only; freed or put back by `HandleLoop`.
final class HandleTransfer {
    /// libcurl sends bodies from memory below this size in one write with the head, and counts them with it. Bytes.
    private static let inlineBody = 64 << 10

    let exchange: Exchange
    let easy: UnsafeMutableRawPointer
    private let inbox: HandleInbox
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(_ exchange: Exchange, easy: UnsafeMutableRawPointer) {
        self.exchange = exchange
        self.easy = easy
        let request = exchange.request
        let follows =
            request.followsRedirects && exchange.endpoint == .network && ["GET", "HEAD"].contains(request.method)
        inbox = HandleInbox(exchange, followsRedirects: follows)
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_slist_free_all(headers)
        words.deallocate()
    }

    static func of(_ easy: UnsafeMutableRawPointer) -> HandleTransfer? {
        var raw: UnsafeMutableRawPointer?
        oxbow_curl_get_pointer(easy, CURLINFO_PRIVATE, &raw)
        return raw.map { Unmanaged<HandleTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: Before

    /// Sets every option. - Returns: a failure when the request cannot be made.
    func prepare() -> HTTPFailure? {
        let request = exchange.request
        oxbow_curl_set_pointer(easy, CURLOPT_PRIVATE, Unmanaged.passUnretained(self).toOpaque())
        oxbow_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, words)
        oxbow_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        oxbow_curl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        oxbow_curl_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        oxbow_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(HTTPRequest.connectTimeout))
        if let timeout = request.timeout {
            oxbow_curl_set_long(easy, CURLOPT_TIMEOUT_MS, max(1, Self.milliseconds(timeout)))
        }
        if let stall = request.stallTimeout {
            oxbow_curl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, 1)
            oxbow_curl_set_long(easy, CURLOPT_LOW_SPEED_TIME, max(1, Int(stall.components.seconds)))
        }
        if let failure = setAddress(request) { return failure }
        if exchange.link != nil {
            oxbow_curl_set_long(easy, CURLOPT_CONNECT_ONLY, 1)
            return nil
        }
        setHeaders(request)
        setCallbacks()
        return setMethod(request)
    }

    private func setAddress(_ request: HTTPRequest) -> HTTPFailure? {
        switch exchange.endpoint {
        case .unixSocket(let path):
            guard request.target.hasPrefix("/") else {
                return HTTPFailure(reason: .broken, detail: "request target: no path (\(request.target))")
            }
            oxbow_curl_set_text(easy, CURLOPT_UNIX_SOCKET_PATH, path)
            oxbow_curl_set_text(easy, CURLOPT_URL, "http://localhost/")
            oxbow_curl_set_text(easy, CURLOPT_REQUEST_TARGET, request.target)
            oxbow_curl_set_text(easy, CURLOPT_PROXY, "")
        case .network:
            let scheme = request.target.prefix { $0 != ":" }.lowercased()
            guard scheme == "http" || scheme == "https" else {
                return HTTPFailure(reason: .broken, detail: "request target: neither http nor https (\(scheme))")
            }
            oxbow_curl_set_text(easy, CURLOPT_URL, request.target)
            oxbow_curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
            oxbow_curl_set_text(easy, CURLOPT_REDIR_PROTOCOLS_STR, scheme == "https" ? "https" : "http,https")
            setTrust(request.trust)
            if request.direct { oxbow_curl_set_text(easy, CURLOPT_PROXY, "") }
            if inbox.followsRedirects {
                oxbow_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 1)
                oxbow_curl_set_long(easy, CURLOPT_MAXREDIRS, HTTPRequest.redirectLimit)
            }
        }
        return nil
    }

    /// The host's own authorities stay: libcurl goes on reading the folder that they are in.
    private func setTrust(_ trust: TLSTrust?) {
        guard let trust else { return }
        if !trust.authorities.isEmpty {
            trust.authorities.withUnsafeBytes {
                _ = oxbow_curl_set_blob(easy, CURLOPT_CAINFO_BLOB, $0.baseAddress, $0.count)
            }
        }
        if let identity = trust.identity {
            oxbow_curl_set_text(easy, CURLOPT_SSLCERT, identity.certificate)
            oxbow_curl_set_text(easy, CURLOPT_SSLKEY, identity.key)
        }
    }

    private func setHeaders(_ request: HTTPRequest) {
        // libcurl adds these by itself unless they are named without a value.
        for quiet in ["Accept", "Expect", "Content-Type"] where !request.names(quiet) { append("\(quiet):") }
        if exchange.endpoint != .network, !request.names("Host") { append("Host: docker") }
        if !request.names("User-Agent") { append("User-Agent: oxbow") }
        for (name, value) in request.headers { append(value.isEmpty ? "\(name);" : "\(name): \(value)") }
        oxbow_curl_set_list(easy, CURLOPT_HTTPHEADER, headers)
    }

    private func append(_ line: String) {
        // A line end inside would begin another header.
        let safe =
            line.utf8.contains { $0 == 13 || $0 == 10 || $0 == 0 } ? "X-Oxbow-Dropped: line end in a value" : line
        headers = curl_slist_append(headers, safe)
    }

    private func setMethod(_ request: HTTPRequest) -> HTTPFailure? {
        switch request.body {
        case .none:
            switch request.method {
            case "GET": oxbow_curl_set_long(easy, CURLOPT_HTTPGET, 1)
            case "HEAD": oxbow_curl_set_long(easy, CURLOPT_NOBODY, 1)
            case "POST", "PUT", "PATCH":
                // `Content-Length: 0`, as Go's client says it.
                oxbow_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, 0)
                oxbow_curl_set_text(easy, CURLOPT_COPYPOSTFIELDS, "")
            default: break
            }
        case .bytes(let bytes):
            oxbow_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int(bytes.readableBytes))
            bytes.withUnsafeReadableBytes { view in
                // Copied by libcurl; an empty buffer may have no address.
                let empty: StaticString = ""
                let start = view.baseAddress ?? UnsafeRawPointer(empty.utf8Start)
                oxbow_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: start))
            }
        case .file(let path):
            inbox.upload = open(path, O_RDONLY | O_CLOEXEC)
            guard inbox.upload >= 0 else {
                return HTTPFailure(reason: .broken, detail: "request body: \(String(cString: strerror(errno)))")
            }
            oxbow_curl_set_long(easy, CURLOPT_POST, 1)
            oxbow_curl_set_data_callback(easy, CURLOPT_READFUNCTION, HandleInbox.read)
            oxbow_curl_set_pointer(easy, CURLOPT_READDATA, Unmanaged.passUnretained(inbox).toOpaque())
            oxbow_curl_set_seek_callback(easy, HandleInbox.seek)
            oxbow_curl_set_pointer(easy, CURLOPT_SEEKDATA, Unmanaged.passUnretained(inbox).toOpaque())
            append("Transfer-Encoding: chunked")
            oxbow_curl_set_list(easy, CURLOPT_HTTPHEADER, headers)
        }
        if request.method != "GET", request.method != "HEAD" || inbox.upload >= 0 {
            oxbow_curl_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method)
        }
        return nil
    }

    private func setCallbacks() {
        let owner = Unmanaged.passUnretained(inbox).toOpaque()
        oxbow_curl_set_data_callback(easy, CURLOPT_HEADERFUNCTION, HandleInbox.header)
        oxbow_curl_set_pointer(easy, CURLOPT_HEADERDATA, owner)
        oxbow_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION, HandleInbox.write)
        oxbow_curl_set_pointer(easy, CURLOPT_WRITEDATA, owner)
    }

    private static func milliseconds(_ duration: Duration) -> Int { Int((duration / .milliseconds(1)).rounded(.up)) }

    // MARK: While it runs

    func resume() { curl_easy_pause(easy, CURLPAUSE_CONT) }

    /// Hands on what the callbacks left.
    func flush() {
        guard !inbox.events.isEmpty || inbox.body.readableBytes > 0 else { return }
        exchange.deliver(takeEvents())
    }

    private func takeEvents() -> [Exchange.Event] {
        var events = inbox.events
        inbox.events.removeAll()
        if inbox.body.readableBytes > 0 {
            events.append(.piece(inbox.body))
            inbox.body = ByteBuffer()
        }
        return events
    }

    // MARK: After

    /// A descriptor of our own on the connection; the caller owns it.
    func duplicateSocket() -> Int32? {
        var socket: curl_socket_t = -1
        guard oxbow_curl_get_socket(easy, &socket) == CURLE_OK, socket >= 0 else { return nil }
        let copy = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        return copy < 0 ? nil : copy
    }

    /// What libcurl's result means; nil for success.
    func failure(of result: CURLcode) -> HTTPFailure? {
        guard result != CURLE_OK else { return nil }
        if inbox.overflow { return HTTPFailure(reason: .tooLarge, detail: "answer's head longer than its limit") }
        if inbox.uploadFailure != 0 {
            let why = String(cString: strerror(inbox.uploadFailure))
            return HTTPFailure(reason: .broken, detail: "request body: \(why)")
        }
        let reason: HTTPFailure.Reason =
            switch result {
            case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unreachable
            case CURLE_OPERATION_TIMEDOUT: .timedOut
            default: .broken
            }
        var detail = words.pointee == 0 ? String(cString: curl_easy_strerror(result)) : String(cString: words)
        var number = 0
        if reason == .unreachable, oxbow_curl_get_long(easy, CURLINFO_OS_ERRNO, &number) == CURLE_OK, number != 0 {
            detail += ": \(String(cString: strerror(Int32(number))))"
        }
        return HTTPFailure(reason: reason, detail: detail)
    }

    /// Adds this exchange to its client's figures. A link counts for itself.
    func count() {
        guard exchange.link == nil else { return }
        var requestBytes = 0, headBytes = 0
        var uploaded: curl_off_t = 0, downloaded: curl_off_t = 0
        oxbow_curl_get_long(easy, CURLINFO_REQUEST_SIZE, &requestBytes)
        oxbow_curl_get_long(easy, CURLINFO_HEADER_SIZE, &headBytes)
        oxbow_curl_get_size(easy, CURLINFO_SIZE_UPLOAD_T, &uploaded)
        oxbow_curl_get_size(easy, CURLINFO_SIZE_DOWNLOAD_T, &downloaded)
        if case .bytes(let body) = exchange.request.body, body.readableBytes < Self.inlineBody { uploaded = 0 }
        exchange.counter.add(requests: 1, sent: requestBytes + uploaded, received: headBytes + downloaded)
    }

    func end(failure: HTTPFailure?) {
        exchange.deliver(takeEvents(), finished: true, failure: failure)
    }
}
