import NIOCore

/// A frame of SPDY/3.1, or a piece of one that carries data.
/// - Source: SPDY protocol, draft 3.1, sections 2.2 and 2.6.
enum SPDYFrame: Equatable, Sendable {
    typealias StreamID = UInt32

    struct Header: Equatable, Sendable {
        /// Lower case.
        var name: String
        var value: String
        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    case synStream(StreamID, headers: [Header], isLast: Bool, isUnidirectional: Bool)
    case synReply(StreamID, headers: [Header], isLast: Bool)
    case reset(StreamID, Status)
    /// The value of SETTINGS_INITIAL_WINDOW_SIZE, if it was among them.
    case settings(initialWindow: UInt32?)
    case ping(UInt32)
    case goAway(lastStream: StreamID, status: UInt32)
    case headers(StreamID, headers: [Header], isLast: Bool)
    case windowUpdate(StreamID, UInt32)
    /// `isLast`: with the last piece of a frame that says so.
    case data(StreamID, ByteBuffer, isLast: Bool)

    enum Status: UInt32, Sendable {
        case protocolError = 1
        case invalidStream = 2
        case refused = 3
        case cancel = 5
        case internalError = 6
        case flowControl = 7
        case streamInUse = 8
        case alreadyClosed = 9
    }

    enum Kind {
        static let synStream: UInt16 = 1
        static let synReply: UInt16 = 2
        static let reset: UInt16 = 3
        static let settings: UInt16 = 4
        static let ping: UInt16 = 6
        static let goAway: UInt16 = 7
        static let headers: UInt16 = 8
        static let windowUpdate: UInt16 = 9
    }
    enum Flag {
        static let last: UInt8 = 1
        static let unidirectional: UInt8 = 2
    }

    static let version: UInt16 = 3
    static let headerBytes = 8
    /// Of streams and connections alike, until somebody says otherwise.
    static let initialWindow = 64 << 10
    static let initialWindowSetting: UInt32 = 7
}

/// What ends a connection: the peer's fault in every case.
enum SPDYFault: Error, Equatable, Sendable {
    case version(UInt16)
    case frameTooLong(Int)
    case malformed(String)
    /// The header block cannot be expanded, or to more than the limit.
    case headers
    /// An id that a client cannot use, or not again.
    case streamID(SPDYFrame.StreamID)
    case tooManyStreams
    case window
}
