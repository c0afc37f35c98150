import CNghttp2
import NIOCore

/// The C side of a session: every callback notes one thing in the inbox and returns.
enum SessionCallbacks {
    static func install(on callbacks: OpaquePointer) {
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, _, user in
            inbox(of: user).beginHeaders()
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, _, name, nameCount, value, valueCount, _, user in
            inbox(of: user).addHeader(
                name: UnsafeBufferPointer(start: name, count: nameCount),
                value: UnsafeBufferPointer(start: value, count: valueCount))
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
            if let frame { inbox(of: user).received(frame.pointee) }
            return 0
        }
        nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks) { _, _, _, user in
            inbox(of: user).events.append(.noise(.reset))
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, stream, data, count, user in
            inbox(of: user).received(UnsafeBufferPointer(start: data, count: count), on: stream)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, user in
            if let frame { inbox(of: user).sent(frame.pointee.hd) }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, reason, user in
            inbox(of: user).closed(stream, reason)
            return 0
        }
        nghttp2_session_callbacks_set_send_data_callback(callbacks) { _, frame, header, count, _, user in
            guard let frame, let header else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
            let box = inbox(of: user)
            let header9 = UnsafeBufferPointer(start: header, count: 9)
            guard box.sendData(header: header9, count: count, of: frame.pointee.hd.stream_id) else {
                return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
            }
            return box.output.readableBytes < box.outputLimit ? 0 : NGHTTP2_ERR_PAUSE.rawValue
        }
    }

    /// Where DATA comes from: says how much there is; `send_data_callback` above moves it.
    static let source = nghttp2_data_provider(
        source: nghttp2_data_source(),
        read_callback: { session, stream, _, room, flags, _, user in
            let box = inbox(of: user)
            guard let flags, let place = box.outboxes.index(forKey: stream) else {
                return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
            }
            let bytes = box.outboxes.values[place].bytes
            let isComplete = box.outboxes.values[place].isComplete
            let count = min(bytes, room)
            guard count > 0 || isComplete else { return Int(NGHTTP2_ERR_DEFERRED.rawValue) }
            flags.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
            guard isComplete, count == bytes else { return count }
            flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
            if let trailers = box.outboxes.values[place].trailers {
                flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
                // The library asks for trailers to be submitted right here (nghttp2_submit_trailer).
                let result = trailers.withNameValues {
                    nghttp2_submit_trailer(session, stream, $0.baseAddress, $0.count)
                }
                guard result == 0 else { return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue) }
            }
            return count
        })
}

/// The inbox that a callback's user data is.
private func inbox(of user: UnsafeMutableRawPointer?) -> SessionInbox {
    // Never nil: the session was made with its inbox as user data, and owns it as long as it lives.
    Unmanaged<SessionInbox>.fromOpaque(user!).takeUnretainedValue()
}
