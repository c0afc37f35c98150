import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Tells once for each armed file that it was written to (inotify).
///
/// One write fires; what follows is told again only after the file was armed anew. So a file that is written to all the
/// time costs one notice for each look that its reader takes, and what waits here is bounded by the number of files.
package final class FileWatch: Sendable {
    /// Names one arming. Numbers are not given again.
    package typealias Ticket = Int32

    package enum Notice: Sendable, Equatable {
        case written(Set<Ticket>)
        /// The kernel's queue was full: any file may have been written to.
        case anything
    }

    private struct State {
        var fired: Set<Ticket> = []
        var overflowed = false
        var waiter: CheckedContinuation<Notice?, Never>?
    }
    private let state = Mutex(State())
    private let descriptor: Int32
    private let channel: Mutex<(any Channel)?>

    private init(descriptor: Int32) {
        self.descriptor = descriptor
        channel = Mutex(nil)
    }

    /// - Throws: `SystemFailure` where the host has no inotify left to give (EMFILE), or the channel's own error.
    package static func open() async throws -> FileWatch {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { throw SystemFailure("inotify_init1", "", errno: errno) }
        let watch = FileWatch(descriptor: descriptor)
        let bootstrap = NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 16 << 10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NoticeHandler(watch))
                }
            }
        do {
            let channel = try await bootstrap.takingOwnershipOfDescriptor(input: descriptor).get()
            watch.channel.withLock { $0 = channel }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        return watch
    }

    /// Blocks for a moment, as any call on files does.
    /// - Throws: ENOSPC when the host gives no more watches; ENOENT when there is no such file.
    package func arm(_ path: String) throws(SystemFailure) -> Ticket {
        // The channel holds the descriptor open: it is closed by `close` only, after which nobody arms.
        let ticket = inotify_add_watch(descriptor, path, UInt32(IN_MODIFY) | UInt32(IN_ONESHOT))
        guard ticket >= 0 else { throw SystemFailure("inotify_add_watch", path, errno: errno) }
        return ticket
    }

    /// Takes back an arming that has not fired.
    package func disarm(_ ticket: Ticket) { _ = inotify_rm_watch(descriptor, ticket) }

    /// What was written to since the last call; waits for something. One caller at a time.
    /// - Returns: nil when the task was cancelled.
    package func next() async -> Notice? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Notice?? in
                    if let notice = Self.take(&state) { return .some(notice) }
                    if Task.isCancelled { return .some(nil) }
                    state.waiter = continuation
                    return .none
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: nil)
        }
    }

    package func close() async {
        // One that has closed already is what was wanted.
        try? await channel.withLock { $0 }?.close().get()
    }

    private static func take(_ state: inout State) -> Notice? {
        defer { (state.fired, state.overflowed) = ([], false) }
        if state.overflowed { return .anything }
        return state.fired.isEmpty ? nil : .written(state.fired)
    }

    fileprivate func note(_ events: [FileEvent]) {
        let woken = state.withLock { state -> (CheckedContinuation<Notice?, Never>, Notice)? in
            for event in events {
                if event.overflowed { state.overflowed = true } else if event.wrote { state.fired.insert(event.ticket) }
            }
            guard let waiter = state.waiter, let notice = Self.take(&state) else { return nil }
            state.waiter = nil
            return (waiter, notice)
        }
        if let (waiter, notice) = woken { waiter.resume(returning: notice) }
    }
}

/// One record of inotify(7).
struct FileEvent: Equatable {
    var ticket: Int32
    private var mask: UInt32

    var wrote: Bool { mask & UInt32(IN_MODIFY) != 0 }
    var overflowed: Bool { mask & UInt32(IN_Q_OVERFLOW) != 0 }

    /// Takes one whole record off; the kernel gives only whole ones.
    init?(_ bytes: inout ByteBuffer) {
        guard let ticket = bytes.readInteger(endianness: .host, as: Int32.self),
            let mask = bytes.readInteger(endianness: .host, as: UInt32.self),
            bytes.readInteger(as: UInt32.self) != nil,  // the cookie of a rename
            let length = bytes.readInteger(endianness: .host, as: UInt32.self),
            bytes.readSlice(length: Int(length)) != nil  // the name, for folders only
        else { return nil }
        self.ticket = ticket
        self.mask = mask
    }
}

private final class NoticeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private weak var watch: FileWatch?

    init(_ watch: FileWatch) { self.watch = watch }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        var events: [FileEvent] = []
        while let event = FileEvent(&bytes) { events.append(event) }
        watch?.note(events)
    }
}
