import NIOCore
import Sockets

/// What became of a message that a handler sent.
enum SendResult: Sendable {
    case taken
    /// Taken, but the handler has to wait for room.
    case full
    case refused(GRPCStatus)
}

extension ServerConnection {
    func send(_ id: Int32, _ answer: ByteBuffer) -> SendResult {
        guard let stream = streams[id], !stream.isDone else { return .refused(.withdrawn) }
        guard answer.readableBytes <= limits.messageBytes else {
            let fault = GRPCStatus.tooLarge("answer message", bytes: answer.readableBytes, limit: limits.messageBytes)
            stream.fault = fault
            return .refused(fault)
        }
        if !stream.hasHeaders {
            stream.hasHeaders = true
            transport.respond(id, .answer)
        }
        transport.send(id, answer)
        return transport.unsent(id) > limits.unsentBytes ? .full : .taken
    }

    /// Resumes with nil when there is room, else with the reason to send no more.
    func waitForRoom(_ id: Int32, _ wait: WaitID, _ sender: CheckedContinuation<GRPCStatus?, Never>) {
        guard let stream = streams[id], !stream.isDone else { return sender.resume(returning: .withdrawn) }
        guard transport.unsent(id) > limits.unsentBytes else { return sender.resume(returning: nil) }
        stream.waiting.add(wait, sender, cancelled: .withdrawn)
    }

    func progressed(_ id: Int32) {
        dataMoved()
        guard let stream = streams[id] else { return }
        stream.hasMoved = true
        if transport.unsent(id) <= limits.unsentBytes { stream.waiting.resumeAll(nil) }
    }

    /// Gives up the calls of which the client took nothing since the last look, though there was something to take.
    func sweep() {
        for stream in streams.values {
            if transport.unsent(stream.id) > 0, !stream.hasMoved {
                abort(stream)
                stream.release(.deadlinePassed)
            }
            stream.hasMoved = false
        }
    }

    /// The handler's last word.
    func finish(_ id: Int32, _ status: GRPCStatus) {
        handlerReturned()
        guard let stream = streams[id], !stream.isDone else { return }
        end(stream, stream.fault ?? status)
    }

    /// Ends the answer after what was sent of it; with headers only when nothing was.
    func end(_ stream: ServerStream, _ status: GRPCStatus) {
        stream.deadline?.cancel()
        stream.isDone = true
        if stream.hasHeaders {
            var trailers = HeaderList.ok
            if status.code != .ok {
                trailers = HeaderList()
                trailers.append(status)
            }
            transport.finish(stream.id, trailers: trailers)
        } else {
            var headers = HeaderList.answer
            headers.append(status)
            transport.respond(stream.id, headers, ending: true)
        }
    }
}
