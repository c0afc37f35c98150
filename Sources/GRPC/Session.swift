import CNghttp2
import NIOCore

/// One nghttp2 session, of a server or a client: bytes in, events out; commands in, bytes out.
///
/// The only code that calls `nghttp2_session_*` and `nghttp2_submit_*`. It owns the C session and frees it.
struct Session: ~Copyable {
    enum Role { case server, client }

    private static let nothing = ByteBuffer()
    private let raw: OpaquePointer
    private let inbox: SessionInbox

    private init(owning raw: OpaquePointer, inbox: SessionInbox) {
        self.raw = raw
        self.inbox = inbox
    }
    deinit { nghttp2_session_del(raw) }

    /// A session whose first SETTINGS wait to be sent.
    ///
    /// The library's HTTP checks are off (see `RequestHead`). A client's stream windows open again only by `consume`.
    static func make(_ role: Role, limits: GRPCLimits) throws(HTTP2Failure) -> Session {
        var callbacks: OpaquePointer?
        try Self.check(nghttp2_session_callbacks_new(&callbacks))
        defer { nghttp2_session_callbacks_del(callbacks) }
        var options: OpaquePointer?
        try Self.check(nghttp2_option_new(&options))
        defer { nghttp2_option_del(options) }
        nghttp2_option_set_no_http_messaging(options, 1)
        if role == .client { nghttp2_option_set_no_auto_window_update(options, 1) }

        let inbox = SessionInbox(headerLimit: limits.headerBytes)
        let user = Unmanaged.passUnretained(inbox).toOpaque()
        var raw: OpaquePointer?
        guard let callbacks else { throw HTTP2Failure(library: NGHTTP2_ERR_NOMEM.rawValue) }
        SessionCallbacks.install(on: callbacks)
        switch role {
        case .server: try Self.check(nghttp2_session_server_new2(&raw, callbacks, user, options))
        case .client: try Self.check(nghttp2_session_client_new2(&raw, callbacks, user, options))
        }
        guard let raw else { throw HTTP2Failure(library: NGHTTP2_ERR_NOMEM.rawValue) }
        let session = Session(owning: raw, inbox: inbox)
        try session.submitSettings(role, limits: limits)
        return session
    }

    private func submitSettings(_ role: Role, limits: GRPCLimits) throws(HTTP2Failure) {
        func entry(_ id: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
            nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: UInt32(clamping: value))
        }
        let settings = [
            role == .client
                ? entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0)
                : entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.concurrentStreams),
            entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, Int(FlowControl.streamWindow)),
            entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headerBytes),
        ]
        try check(nghttp2_submit_settings(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count))
        try check(
            nghttp2_session_set_local_window_size(
                raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, FlowControl.connectionWindow))
    }

    // MARK: Bytes

    /// Consumes all of `bytes`; what they meant is in `takeEvents` then. Data events are slices of `bytes`.
    mutating func receive(_ bytes: ByteBuffer) throws(HTTP2Failure) {
        inbox.input = bytes
        let result = bytes.withUnsafeReadableBytes { view in
            let input = view.bindMemory(to: UInt8.self)
            inbox.inputBase = input.baseAddress
            return nghttp2_session_mem_recv(raw, input.baseAddress, input.count)
        }
        inbox.input = Self.nothing
        inbox.inputBase = nil
        guard result >= 0 else { throw HTTP2Failure(library: Int32(result)) }
    }

    /// What happened since the last call, in wire order.
    /// - Parameter events: empty; its memory is used for the next ones.
    mutating func takeEvents(_ events: inout [StreamEvent]) { swap(&inbox.events, &events) }

    /// Appends what is to be sent, up to about `limit` bytes, as far as the peer's windows allow.
    /// - Returns: whether more may be ready.
    mutating func drain(into output: inout ByteBuffer, limit: Int) throws(HTTP2Failure) -> Bool {
        swap(&inbox.output, &output)
        defer { swap(&inbox.output, &output) }
        inbox.outputLimit = limit
        while inbox.output.readableBytes < limit {
            var data: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(raw, &data)
            guard count >= 0 else { throw HTTP2Failure(library: Int32(count)) }
            // Zero also when the callback paused at the limit: then the loop ends by its condition.
            guard count > 0, let data else { break }
            inbox.output.writeBytes(UnsafeBufferPointer(start: data, count: count))
        }
        return inbox.output.readableBytes >= limit
    }

    /// Streams of which bytes went out since the last call; one may be named twice.
    /// - Parameter streams: empty; its memory is used for the next ones.
    mutating func takeProgress(_ streams: inout [Int32]) { swap(&inbox.progressed, &streams) }

    var wantsWrite: Bool { nghttp2_session_want_write(raw) != 0 }

    /// Nothing more to come, either way: the connection may be closed.
    var isOver: Bool { nghttp2_session_want_read(raw) == 0 && nghttp2_session_want_write(raw) == 0 }

    // MARK: Streams

    /// Begins an answer; without `ending` its bytes follow by `send` and `finish`.
    mutating func respond(_ stream: Int32, _ headers: HeaderList, ending: Bool) throws(HTTP2Failure) {
        if !ending { inbox.outboxes[stream] = Outbox() }
        let result = headers.withNameValues { headers in
            withUnsafePointer(to: SessionCallbacks.source) { source in
                nghttp2_submit_response(raw, stream, headers.baseAddress, headers.count, ending ? nil : source)
            }
        }
        try check(result)
    }

    /// Begins a call with its whole request.
    mutating func request(_ headers: HeaderList, _ message: ByteBuffer) throws(HTTP2Failure) -> Int32 {
        let stream = headers.withNameValues { headers in
            withUnsafePointer(to: SessionCallbacks.source) { source in
                nghttp2_submit_request(raw, nil, headers.baseAddress, headers.count, source, nil)
            }
        }
        try check(stream)
        var outbox = Outbox()
        outbox.append(message)
        outbox.isComplete = true
        inbox.outboxes[stream] = outbox
        return stream
    }

    mutating func send(_ stream: Int32, _ message: ByteBuffer) throws(HTTP2Failure) {
        inbox.outboxes[stream]?.append(message)
        try resume(stream)
    }

    /// Ends an answer after the bytes that are still waiting.
    mutating func finish(_ stream: Int32, trailers: HeaderList) throws(HTTP2Failure) {
        guard let place = inbox.outboxes.index(forKey: stream) else { return }
        inbox.outboxes.values[place].isComplete = true
        inbox.outboxes.values[place].trailers = trailers
        try resume(stream)
    }

    private func resume(_ stream: Int32) throws(HTTP2Failure) {
        let result = nghttp2_session_resume_data(raw, stream)
        // Not deferred: the library has not asked for this stream's data yet, or is about to.
        if result != NGHTTP2_ERR_INVALID_ARGUMENT.rawValue { try check(result) }
    }

    /// Bytes of the stream that wait to be sent.
    func unsent(_ stream: Int32) -> Int { inbox.outboxes[stream]?.bytes ?? 0 }

    mutating func reset(_ stream: Int32, _ reason: ResetReason) throws(HTTP2Failure) {
        try check(nghttp2_submit_rst_stream(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, reason.rawValue))
    }

    /// Lets the peer send as many bytes again on this stream (and on the connection, for which `stream` is nil).
    mutating func consume(_ bytes: Int, on stream: Int32?) throws(HTTP2Failure) {
        if let stream {
            try check(nghttp2_session_consume_stream(raw, stream, bytes))
        } else {
            try check(nghttp2_session_consume_connection(raw, bytes))
        }
    }

    // MARK: Ends

    /// Takes no new streams; those begun go on.
    mutating func goAway() throws(HTTP2Failure) {
        let last = nghttp2_session_get_last_proc_stream_id(raw)
        let none = UInt8(NGHTTP2_FLAG_NONE.rawValue)
        try check(nghttp2_submit_goaway(raw, none, last, ResetReason.noError.rawValue, nil, 0))
    }

    /// Ends the session: GOAWAY with `reason` and `debug` is the last thing sent.
    mutating func terminate(_ reason: ResetReason, debug: String = "") throws(HTTP2Failure) {
        let last = nghttp2_session_get_last_proc_stream_id(raw)
        if !debug.isEmpty {
            let text = Array(debug.utf8)
            try check(nghttp2_submit_goaway(raw, 0, last, reason.rawValue, text, text.count))
        }
        try check(nghttp2_session_terminate_session2(raw, last, reason.rawValue))
    }

    private static func check(_ result: Int32) throws(HTTP2Failure) {
        guard result >= 0 else { throw HTTP2Failure(library: result) }
    }
    private func check(_ result: Int32) throws(HTTP2Failure) { try Self.check(result) }
}
