import NIOCore

/// The state of one connection as its server sees it: which streams there are, and how much may be sent on them.
///
/// Flow control: the Go programs that speak this protocol (spdystream: kubectl, kubelet) neither send WINDOW_UPDATE nor heed
/// it. So what is sent is counted from the beginning, but held back only once the peer has shown that it counts, by its first
/// WINDOW_UPDATE or initial window; before that, TCP alone slows us down. What is received is always acknowledged.
///
/// Out of turn. The peer's fault and the end of the connection (thrown): an even id, one that is not above all before it, too
/// many streams, a reply to a stream that we never opened, a window past 2^31 − 1. The peer's fault and answered with a reset:
/// data on a stream that it has ended, or never opened. Nobody's, ignored: frames for a stream that is over on one side already.
struct SPDYSession {
    typealias StreamID = SPDYFrame.StreamID

    enum Step: Equatable {
        case send(SPDYFrame)
        case open(StreamID, [SPDYFrame.Header])
        case data(StreamID, ByteBuffer)
        /// The peer sends no more on the stream.
        case end(StreamID)
        /// The peer wants nothing more of the stream.
        case reset(StreamID)
        /// More may be sent than before.
        case roomToSend
        /// Bytes that no stream takes.
        case wasted(Int)
    }

    private struct Stream {
        var isRemoteOpen: Bool
        var isLocalOpen: Bool
        var window: Int
    }
    private var streams: [StreamID: Stream] = [:]
    private(set) var lastStream: StreamID = 0
    private var initialWindow = SPDYFrame.initialWindow
    private var window = SPDYFrame.initialWindow
    /// The peer has shown that it counts what we send.
    private(set) var isCounted = false
    private let streamLimit: Int

    init(streamLimit: Int) { self.streamLimit = streamLimit }

    var openStreams: Int { streams.count }

    mutating func receive(_ frame: SPDYFrame) throws(SPDYFault) -> [Step] {
        switch frame {
        case .synStream(let id, let headers, let isLast, let isUnidirectional):
            guard id & 1 == 1, id > lastStream else { throw .streamID(id) }
            guard streams.count < streamLimit else { throw .tooManyStreams }
            lastStream = id
            streams[id] = Stream(isRemoteOpen: !isLast, isLocalOpen: !isUnidirectional, window: initialWindow)
            return [.open(id, headers)] + (isLast ? [.end(id)] : [])
        case .synReply(let id, _, _): throw .streamID(id)
        case .headers(let id, _, let isLast): return isLast ? endRemote(id) : []
        case .data(let id, let bytes, let isLast): return received(id, bytes, isLast)
        case .reset(let id, _): return streams.removeValue(forKey: id) == nil ? [] : [.reset(id)]
        case .settings(let size): return try changeInitialWindow(size)
        // Odd ones are the client's, to be given back; an even one would answer ours, of which there are none.
        case .ping(let id): return id & 1 == 1 ? [.send(.ping(id))] : []
        // A client that goes away opens no more streams; those that are open go on to their end.
        case .goAway: return []
        case .windowUpdate(let id, let delta): return try enlarge(id, by: delta)
        }
    }

    private mutating func received(_ id: StreamID, _ bytes: ByteBuffer, _ isLast: Bool) -> [Step] {
        guard let stream = streams[id], stream.isRemoteOpen else {
            let status: SPDYFrame.Status? = streams[id] != nil ? .alreadyClosed : id > lastStream ? .invalidStream : nil
            return [.wasted(bytes.readableBytes)] + (status.map { [.send(.reset(id, $0))] } ?? [])
        }
        let data: [Step] = bytes.readableBytes > 0 ? [.data(id, bytes)] : []
        return data + (isLast ? endRemote(id) : [])
    }

    private mutating func endRemote(_ id: StreamID) -> [Step] {
        guard let stream = streams[id], stream.isRemoteOpen else { return [] }
        streams[id]?.isRemoteOpen = false
        if !stream.isLocalOpen { streams[id] = nil }
        return [.end(id)]
    }

    private mutating func changeInitialWindow(_ size: UInt32?) throws(SPDYFault) -> [Step] {
        guard let size else { return [] }
        isCounted = true
        let change = Int(size) - initialWindow
        initialWindow = Int(size)
        for id in streams.keys { streams[id]?.window += change }
        guard streams.values.allSatisfy({ $0.window <= Int32.max }) else { throw .window }
        return [.roomToSend]
    }

    private mutating func enlarge(_ id: StreamID, by delta: UInt32) throws(SPDYFault) -> [Step] {
        guard delta > 0 else { throw .window }
        isCounted = true
        if id == 0 {
            window += Int(delta)
            guard window <= Int32.max else { throw .window }
        } else if let stream = streams[id] {
            guard stream.window + Int(delta) <= Int32.max else { throw .window }
            streams[id]?.window += Int(delta)
        }
        return [.roomToSend]
    }

    // MARK: Sending

    /// Whether anything may be sent on the stream: it is open, and was neither ended by us nor reset.
    func isLocalOpen(_ id: StreamID) -> Bool { streams[id]?.isLocalOpen ?? false }

    func hasRoom(_ id: StreamID) -> Bool {
        guard let stream = streams[id] else { return false }
        return !isCounted || (window > 0 && stream.window > 0)
    }

    /// Takes bytes out of the windows.
    /// - Returns: how many of `count` may be sent now; 0: wait for `roomToSend`.
    mutating func take(_ count: Int, for id: StreamID) -> Int {
        guard let stream = streams[id] else { return 0 }
        let granted = isCounted ? max(0, min(count, window, stream.window)) : count
        window -= granted
        streams[id]?.window -= granted
        return granted
    }

    /// We send no more on the stream.
    mutating func endLocal(_ id: StreamID) {
        streams[id]?.isLocalOpen = false
        if let stream = streams[id], !stream.isRemoteOpen { streams[id] = nil }
    }

    /// - Returns: whether there was such a stream, which the peer is to be told of.
    mutating func remove(_ id: StreamID) -> Bool { streams.removeValue(forKey: id) != nil }
}
