package import NIOCore
import NIOPosix
import Sockets
import Synchronization

/// A gRPC client over one connection to a unix socket, which it opens again when it breaks.
///
/// The connection and all calls live on one event loop; callers may be on any executor.
package final class GRPCClient: Sendable {
    private let limits: GRPCLimits
    private let executor: LoopExecutor
    private let dialer: NIOLoopBoundBox<Dialer>
    private let names = Atomic<UInt64>(0)

    /// - Parameter path: a socket path, or `unix:///path`.
    package init(path: String, limits: GRPCLimits = GRPCLimits()) {
        self.limits = limits
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        executor = LoopExecutor(loop)
        let file = path.hasPrefix("unix://") ? String(path.dropFirst("unix://".count)) : path
        dialer = NIOLoopBoundBox.makeBoxSendingValue(Dialer(path: file, limits: limits, loop: loop), eventLoop: loop)
    }

    /// Tasks that prefer this executor reach the connection without a change of threads.
    package var preferredExecutor: any TaskExecutor { executor }

    /// - Throws: the call's status; `.unavailable` when the socket cannot be reached or the connection breaks.
    package func unary(_ path: String, _ message: ByteBuffer, timeout: Duration? = nil) async throws(GRPCStatus)
        -> ByteBuffer
    {
        let call = try ticket(path, message, timeout)
        let batch = await next(.start(call, isStream: false), call)
        if let status = batch.end, status.code != .ok { throw status }
        guard let answer = batch.messages.first, batch.messages.count == 1 else {
            throw GRPCStatus(.internal, "answer: \(batch.messages.count) messages for a unary call")
        }
        return answer
    }

    /// Calls `receive` for each message, in order, until the trailers; throws their status when not OK.
    ///
    /// While `receive` works, the server is held back once `GRPCLimits.unsentBytes` of answers wait here.
    package func serverStream(
        _ path: String, _ message: ByteBuffer, timeout: Duration? = nil,
        receive: @Sendable (ByteBuffer) async throws(GRPCStatus) -> Void
    ) async throws(GRPCStatus) {
        let call = try ticket(path, message, timeout)
        var batch = await next(.start(call, isStream: true), call)
        while true {
            do throws(GRPCStatus) {
                for answer in batch.messages { try await receive(answer) }
            } catch {
                onLoop { $0.cancel(call.name) }
                throw error
            }
            if let status = batch.end {
                guard status.code == .ok else { throw status }
                return
            }
            batch = await next(.go(on: call.name), call)
        }
    }

    /// Ends the connection; calls in flight fail with `.unavailable`, and so do later ones.
    package func close() async {
        await withCheckedContinuation { continuation in
            onLoop { $0.close { continuation.resume() } }
        }
    }

    private enum Step: Sendable {
        case start(CallTicket, isStream: Bool)
        case go(on: UInt64)
    }

    private func ticket(_ path: String, _ message: ByteBuffer, _ timeout: Duration?) throws(GRPCStatus) -> CallTicket {
        guard message.readableBytes <= limits.messageBytes else {
            throw .tooLarge("request message", bytes: message.readableBytes, limit: limits.messageBytes)
        }
        let name = names.wrappingAdd(1, ordering: .relaxed).newValue
        return CallTicket(name: name, path: path, message: message, timeout: timeout)
    }

    private func next(_ step: Step, _ call: CallTicket) async -> AnswerBatch {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                onLoop { dialer in
                    switch step {
                    case .start(let call, let isStream): dialer.start(call, isStream: isStream, continuation)
                    case .go(on: let name): dialer.goOn(name, continuation)
                    }
                }
            }
        } onCancel: {
            call.withdraw()
            onLoop { $0.cancel(call.name) }
        }
    }

    private func onLoop(_ body: @escaping @Sendable (Dialer) -> Void) {
        executor.loop.perform { [dialer] in body(dialer.value) }
    }
}
