import CRIServer
import DockerAPI
import NIOCore
import Synchronization

@testable import Dockershim

/// A daemon that gives the recorded answers, at the recorded times.
///
/// A request is matched with the first recorded one of the same shape that falls in the time of the CRI call that makes
/// it and was not given away; where calls overlap, the shape (names, ids) tells them apart. An answer is given when the
/// recorded one was.
final class RecordedDaemon: DockerTransport {
    /// The CRI call in whose name a request is made.
    struct Caller: Sendable {
        var index: Int
        var method: String
        var window: ClosedRange<Int>
        /// The pod's addresses that the call answered in the recording: what looking into the namespace finds.
        var addresses: [String]
    }
    @TaskLocal static var caller: Caller?

    let endpoint = "unix:///recorded.sock"
    private let lines: [Recording.REST]
    private let shapes: [Shape]
    private let byShape: [Shape: [Int]]
    private let time: VirtualTime

    private struct State {
        var given: Set<Int> = []
        /// CRI call → where its last recorded request stands in the recording.
        var last: [Int: Int] = [:]
        var deviations: [Deviation] = []
    }
    private let state = Mutex(State())

    init(_ recording: Recording, time: VirtualTime) {
        lines = recording.rest
        shapes = recording.rest.map(Shape.init)
        byShape = Dictionary(grouping: lines.indices, by: { [shapes] in shapes[$0] })
        self.time = time
    }

    /// What was sent and is not in the recording, and what is in the recording and was not sent.
    func deviations(of calls: [Recording.Call]) -> [Deviation] {
        state.withLock { state in
            var all = state.deviations
            for index in lines.indices where !state.given.contains(index) {
                let owners = calls.filter { ($0.start...$0.end).contains(lines[index].start) }.map(\.method)
                all.append(Deviation(.notSent, shapes[index], calls: owners))
            }
            return all
        }
    }

    func exchange(_ request: DockerRequest, bodyLimit: Int) async throws(DockerFailure) -> DockerAnswer {
        try await answer(request).answer
    }

    func stream(
        _ request: DockerRequest, receive: @Sendable (ByteBuffer) async throws -> Void
    ) async throws -> DockerAnswer {
        let answer = try await answer(request).answer
        if answer.succeeded { try await receive(answer.body) }
        return answer
    }

    func hijack(_ request: DockerRequest) async throws(DockerFailure) -> HijackAnswer {
        let line = try await answer(request)
        guard line.status == 101 else { return .refused(line.answer) }
        return .connection(RecordedConnection(output: ByteBuffer(bytes: line.output)))
    }

    private func answer(_ request: DockerRequest) async throws(DockerFailure) -> Recording.REST {
        let shape = Shape(request)
        let caller = Self.caller
        let window = caller?.window ?? 0...Int.max
        let found = state.withLock { state -> Int? in
            let last = caller.flatMap { state.last[$0.index] } ?? -1
            let candidates = (byShape[shape] ?? []).filter {
                !state.given.contains($0) && window.contains(lines[$0].start)
            }
            guard let match = candidates.first(where: { $0 > last }) ?? candidates.first else {
                state.deviations.append(Deviation(.notRecorded, shape, calls: [caller?.method ?? "start"]))
                return nil
            }
            if match < last {
                state.deviations.append(Deviation(.outOfOrder, shape, calls: [caller?.method ?? "start"]))
            }
            state.given.insert(match)
            if let caller { state.last[caller.index] = match }
            return match
        }
        guard let found else { throw .malformed("not in the recording: \(shape)") }
        if caller != nil { await time.wait(until: lines[found].end) }
        return lines[found]
    }
}

extension Recording.REST {
    fileprivate var answer: DockerAnswer {
        let headers = path == "/_ping" ? [DockerRequest.Pair("Api-Version", "1.41")] : []
        return DockerAnswer(status: status, headers: headers, body: ByteBuffer(string: response))
    }
}

private final class RecordedConnection: HijackedConnection {
    private let output: Mutex<ByteBuffer?>

    init(output: ByteBuffer) { self.output = Mutex(output) }

    func read() async throws(DockerFailure) -> ByteBuffer? { output.withLock { $0.take() } }
    func write(_ bytes: ByteBuffer) async throws(DockerFailure) {}
    func finishWriting() async {}
    func close() async {}
}
