import HTTPServer
import NIOCore
import Synchronization

/// A SPDY/3.1 connection: reads frames in one task, writes them from any.
final class SPDYConnection: Sendable {
    private struct State {
        var session: SPDYSession
        var inboxes: [SPDYFrame.StreamID: ByteInbox] = [:]
        /// Read by programs, and not yet acknowledged to the client; 0 is the connection.
        var unacknowledged: [SPDYFrame.StreamID: Int] = [:]
        var waitingForRoom: [CheckedContinuation<Void, Never>] = []
        var isOver = false
    }
    private let state: Mutex<State>
    private let writer: Mutex<SPDYFrameWriter>
    private let turn = WriteTurn()
    private let raw: HijackedConnection
    private let limits: StreamingLimits

    /// Bytes that are read before they are acknowledged: half a window, so that a client never waits for long.
    private static let acknowledgement = SPDYFrame.initialWindow / 2
    /// Bytes of one data frame.
    private static let pieceBytes = 32 << 10

    init(_ raw: HijackedConnection, limits: StreamingLimits) throws {
        self.raw = raw
        self.limits = limits
        state = Mutex(State(session: SPDYSession(streamLimit: limits.streams)))
        writer = Mutex(try SPDYFrameWriter.make())
    }

    // MARK: Reading

    /// Reads until the client is gone; `opened` gets each stream, which has been replied to. Waits where a program does not
    /// read: TCP then slows the client.
    /// - Throws: `SPDYFault` for a client that breaks the protocol; it has been told as far as it can be.
    func run(opened: (SPDYStream) -> Void) async throws {
        defer { end() }
        var reader = try SPDYFrameReader.make(limits: limits)
        do {
            while let bytes = try await raw.read() {
                reader.feed(bytes)
                while let frame = try reader.next() {
                    let steps = try state.withLock { state throws(SPDYFault) in try state.session.receive(frame) }
                    for step in steps { try await carryOut(step, opened) }
                }
            }
        } catch let fault as SPDYFault {
            // Whether it arrives is no longer of interest.
            try? await send(.goAway(lastStream: state.withLock { $0.session.lastStream }, status: 1))
            throw fault
        }
    }

    private func carryOut(_ step: SPDYSession.Step, _ opened: (SPDYStream) -> Void) async throws {
        switch step {
        case .send(let frame): try await send(frame)
        case .open(let id, let headers):
            let inbox = ByteInbox(limit: limits.waitingBytes)
            state.withLock { $0.inboxes[id] = inbox }
            try await send(.synReply(id, headers: [], isLast: false))
            opened(SPDYStream(id: id, headers: headers, inbox: inbox, connection: self))
        case .data(let id, let bytes): await state.withLock { $0.inboxes[id] }?.put(bytes)
        case .end(let id): forget(id)?.end()
        case .reset(let id):
            forget(id)?.close()
            wakeWriters()
        case .roomToSend: wakeWriters()
        case .wasted(let count): await consumed(count, of: nil)
        }
    }

    /// Nothing more will come for the stream, whose reader has the inbox.
    private func forget(_ id: SPDYFrame.StreamID) -> ByteInbox? {
        state.withLock { state in
            state.unacknowledged[id] = nil
            return state.inboxes.removeValue(forKey: id)
        }
    }

    private func end() {
        let inboxes = state.withLock { state in
            state.isOver = true
            defer { state.inboxes = [:] }
            return state.inboxes
        }
        for inbox in inboxes.values { inbox.close() }
        wakeWriters()
    }

    /// Bytes of a stream (nil: of none) have left our hands: the client may send as many more.
    func consumed(_ count: Int, of id: SPDYFrame.StreamID?) async {
        let due = state.withLock { state in
            [0, id].compactMap { each -> SPDYFrame? in
                // A stream that the client has ended needs no room.
                guard let each, each == 0 || state.inboxes[each] != nil else { return nil }
                let sum = state.unacknowledged[each, default: 0] + count
                state.unacknowledged[each] = sum < Self.acknowledgement ? sum : 0
                return sum < Self.acknowledgement ? nil : .windowUpdate(each, UInt32(sum))
            }
        }
        // A client that is gone sends no more.
        for frame in due { try? await send(frame) }
    }

    // MARK: Writing

    func isOpen(_ id: SPDYFrame.StreamID) -> Bool {
        state.withLock { !$0.isOver && $0.session.isLocalOpen(id) }
    }

    private func send(_ frame: SPDYFrame) async throws {
        try await turn.run {
            let bytes = try writer.withLock { try $0.bytes(frame) }
            try await raw.write(bytes)
        }
    }

    func write(_ bytes: ByteBuffer, to id: SPDYFrame.StreamID) async throws {
        var bytes = bytes
        while bytes.readableBytes > 0 {
            let (isOpen, granted) = state.withLock { state in
                (
                    state.session.isLocalOpen(id) && !state.isOver,
                    state.session.take(min(bytes.readableBytes, Self.pieceBytes), for: id)
                )
            }
            guard isOpen, !Task.isCancelled else { throw StreamGone() }
            guard let piece = bytes.readSlice(length: granted), granted > 0 else {
                await roomToSend(id)
                continue
            }
            try await send(.data(id, piece, isLast: false))
        }
    }

    /// Waits until windows may have grown, or the stream is over.
    private func roomToSend(_ id: SPDYFrame.StreamID) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { task in
                let goesOn = state.withLock { state in
                    let isOver = state.isOver || Task.isCancelled || !state.session.isLocalOpen(id)
                    let goesOn = isOver || state.session.hasRoom(id)
                    if !goesOn { state.waitingForRoom.append(task) }
                    return goesOn
                }
                if goesOn { task.resume() }
            }
        } onCancel: {
            wakeWriters()
        }
    }

    private func wakeWriters() {
        let waiting = state.withLock { state in
            defer { state.waitingForRoom = [] }
            return state.waitingForRoom
        }
        for task in waiting { task.resume() }
    }

    func finish(_ id: SPDYFrame.StreamID) async {
        let wasOpen = state.withLock { state in
            let wasOpen = state.session.isLocalOpen(id)
            state.session.endLocal(id)
            return wasOpen
        }
        // A client that is gone knows the end.
        if wasOpen { try? await send(.data(id, ByteBuffer(), isLast: true)) }
    }

    func reset(_ id: SPDYFrame.StreamID, _ status: SPDYFrame.Status) async {
        forget(id)?.close()
        let isKnown = state.withLock { $0.session.remove(id) }
        wakeWriters()
        // As above.
        if isKnown { try? await send(.reset(id, status)) }
    }

    /// Our last frame, and our end of the connection.
    func goAway() async {
        // As above.
        try? await send(.goAway(lastStream: state.withLock { $0.session.lastStream }, status: 0))
        try? await raw.finishWriting()
    }
}
