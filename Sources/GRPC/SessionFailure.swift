import CNghttp2

/// What libnghttp2 says went wrong with a connection.
struct HTTP2Failure: Error, Equatable, CustomStringConvertible {
    /// `NGHTTP2_ERR_…`, negative.
    let library: Int32

    var description: String { "HTTP/2: \(String(cString: nghttp2_strerror(library))) (\(library))" }

    /// What the peer is told in GOAWAY.
    var reason: ResetReason {
        switch library {
        case NGHTTP2_ERR_BAD_CLIENT_MAGIC.rawValue, NGHTTP2_ERR_PROTO.rawValue: .protocolError
        case NGHTTP2_ERR_FLOODED.rawValue: .enhanceYourCalm
        default: .internalError
        }
    }
}
