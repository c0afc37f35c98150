import NIOCore

/// What became of a message that a handler sent.
enum SendResult: Sendable {
    case taken
    /// Taken, but the handler has to wait for room: number of the wait.
    case full(wait: Int)
    case refused(GRPCStatus)
}

extension ServerConnection {
    func send(_ stream: Int32, _ answer: ByteBuffer) -> SendResult {
        guard let state = streams[stream], !state.isDone else { return .refused(.withdrawn) }
        guard answer.readableBytes <= limits.messageBytes else {
            let fault = GRPCStatus.tooLarge("answer message", bytes: answer.readableBytes, limit: limits.messageBytes)
            streams[stream]?.fault = fault
            return .refused(fault)
        }
        if !state.hasHeaders {
            streams[stream]?.hasHeaders = true
            transport.respond(stream, .answer)
        }
        transport.send(stream, .messagePrefix(payloadBytes: answer.readableBytes))
        transport.send(stream, answer)
        guard transport.unsent(stream) > limits.unsentBytes else { return .taken }
        waits += 1
        return .full(wait: waits)
    }

    /// Resumes with nil when there is room, else with the reason to send no more.
    func waitForRoom(_ stream: Int32, _ wait: Int, _ continuation: CheckedContinuation<GRPCStatus?, Never>) {
        guard let state = streams[stream], !state.isDone, !state.stopped.contains(wait) else {
            return continuation.resume(returning: .withdrawn)
        }
        guard transport.unsent(stream) > limits.unsentBytes else { return continuation.resume(returning: nil) }
        streams[stream]?.waiting.append((wait, continuation))
    }

    /// The task that waits, or is about to, was cancelled.
    func stopWaiting(_ stream: Int32, _ wait: Int) {
        if let index = streams[stream]?.waiting.firstIndex(where: { $0.id == wait }) {
            streams[stream]?.waiting.remove(at: index).1.resume(returning: .withdrawn)
        } else {
            streams[stream]?.stopped.insert(wait)
        }
    }

    func progressed(_ stream: Int32) {
        noteDataMoved()
        streams[stream]?.hasMoved = true
        if transport.unsent(stream) <= limits.unsentBytes { resumeWaiting(stream, nil) }
    }

    func resumeWaiting(_ stream: Int32, _ end: GRPCStatus?) {
        guard let waiting = streams[stream]?.waiting, !waiting.isEmpty else { return }
        streams[stream]?.waiting = []
        for (_, continuation) in waiting { continuation.resume(returning: end) }
    }

    /// Gives up the calls of which the client took nothing since the last look, though there was something to take.
    func sweep() {
        for (stream, state) in streams {
            if transport.unsent(stream) > 0, !state.hasMoved {
                streams[stream]?.isDone = true
                transport.reset(stream, .cancel)
                resumeWaiting(stream, .deadlinePassed)
                state.call?.over.give()
            }
            streams[stream]?.hasMoved = false
        }
    }

    /// The handler's last word.
    func finish(_ stream: Int32, _ status: GRPCStatus) {
        handlerReturned()
        guard let state = streams[stream], !state.isDone else { return }
        end(stream, state.fault ?? status)
    }

    /// Ends the answer after what was sent of it; with headers only when nothing was.
    func end(_ stream: Int32, _ status: GRPCStatus) {
        guard let state = streams[stream] else { return }
        state.deadline?.cancel()
        streams[stream]?.isDone = true
        if state.hasHeaders {
            var trailers = HeaderList.ok
            if status.code != .ok {
                trailers = [:]
                trailers.append(status)
            }
            transport.finish(stream, trailers: trailers)
        } else {
            var headers = HeaderList.answer
            headers.append(status)
            transport.respond(stream, headers, ending: true)
        }
    }
}
