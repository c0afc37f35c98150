/// HTTP/2 error code, of a stream or of a connection (RFC 9113, section 7). Unknown numbers are kept.
struct ResetReason: Sendable, Hashable {
    let rawValue: UInt32

    static let noError = ResetReason(rawValue: 0x0)
    static let protocolError = ResetReason(rawValue: 0x1)
    static let internalError = ResetReason(rawValue: 0x2)
    static let refusedStream = ResetReason(rawValue: 0x7)
    static let cancel = ResetReason(rawValue: 0x8)
    static let enhanceYourCalm = ResetReason(rawValue: 0xb)
    static let inadequateSecurity = ResetReason(rawValue: 0xc)
}
