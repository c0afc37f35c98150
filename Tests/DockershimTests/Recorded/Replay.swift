import CRI
import CRIServer
import FoundationEssentials
import GRPC
import Logging
import NIOCore
import Synchronization
import Testing

@testable import Dockershim

/// A recording played through our bridge, and through the CRI server in front of it.
struct Replay {
    /// What a call answered, and what it answered in the recording.
    struct Answer {
        var call: Recording.Call
        /// Protobuf's JSON mapping; nil for an error.
        var response: String?
        var error: Recording.Failure?

        var isAsRecorded: Bool {
            error == call.error && response.map(CanonicalJSON.text) == call.response.map(CanonicalJSON.text)
        }

        var description: String {
            let told = response ?? error.map { "\($0)" } ?? ""
            let recorded = call.response ?? call.error.map { "\($0)" } ?? ""
            return "\(call.method) at \(call.start): \(told) instead of \(recorded)"
        }
    }

    var answers: [Answer]
    var deviations: [Deviation]
    /// REST calls counted for each CRI method.
    var tally: [String: RESTTally.Row]

    /// - Parameter edit: changes the recording before it is played, to show that changes are seen.
    static func run(
        _ name: String, era: Era = .dockershim120, edit: (inout Recording) -> Void = { _ in }
    ) async throws -> Replay {
        let root = FileManager.default.temporaryDirectory.path + "/oxbow-shim-tests/" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: root) }
        var recording = try await Recording.load(name, root: root)
        edit(&recording)
        let time = VirtualTime()
        let daemon = RecordedDaemon(recording, time: time)
        let quiet = Logger(label: "replay", factory: { _ in SwiftLogNoOpLogHandler() })
        let shim = Dockershim(
            Dockershim.Configuration(root: root, pauseImage: "localhost/pause:1", era: era), transport: daemon,
            network: SandboxNetwork(
                plugins: RecordedNetwork(time: time), readAddresses: { _ in RecordedDaemon.caller?.addresses ?? [] }),
            clock: BridgeClock(
                elapsed: { .microseconds(time.now) }, wall: { 0 },
                sleep: { _ in
                    await Waiting.untilCancelled()
                    throw CancellationError()
                }),
            log: quiet)
        try await shim.start()
        let service = CRIService(runtime: shim, logger: quiet, statusOf: era.status)
        let answers = await play(recording.finishedCalls, through: service, at: time)
        return Replay(
            answers: answers, deviations: daemon.deviations(of: recording.finishedCalls), tally: shim.tally.rows)
    }

    private static func play(
        _ calls: [Recording.Call], through service: CRIService, at time: VirtualTime
    ) async -> [Answer] {
        await withTaskGroup(of: (Int, Answer).self) { group in
            time.begin()
            for index in calls.indices {
                time.begin()
                group.addTask {
                    await time.wait(until: calls[index].start)
                    defer { time.end() }
                    return await RecordedDaemon.$caller.withValue(.init(calls[index], index: index)) {
                        (index, await answer(calls[index], from: service))
                    }
                }
            }
            time.end()
            var answers: [(Int, Answer)] = []
            for await answer in group { answers.append(answer) }
            return answers.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func answer(_ call: Recording.Call, from service: CRIService) async -> Answer {
        let sent = Mutex<ByteBuffer?>(nil)
        let writer = AnswerWriter { bytes in sent.withLock { $0 = bytes } }
        do {
            let schema = try #require(CRISchema.call(call.method))
            let message = try CRIJSON.bytes(from: call.request, type: schema.request.name, api: .v1alpha2)
            try await service.answer(
                CallHead(path: "/runtime.v1alpha2.\(call.method)"), message: message, answers: writer)
            let bytes = sent.withLock { $0 } ?? ByteBuffer()
            let response = try CRIJSON.text(of: bytes, type: schema.response.name, api: .v1alpha2)
            return Answer(call: call, response: response)
        } catch let status as GRPCStatus {
            return Answer(call: call, error: .init(code: status.code.rawValue, message: status.message))
        } catch {
            return Answer(call: call, error: .init(code: -1, message: "\(error)"))
        }
    }
}

extension Recording {
    /// Without the call that the end of the recording cut off.
    var finishedCalls: [Call] { calls.filter { $0.error?.code != GRPCStatus.Code.unavailable.rawValue } }
}

extension RecordedDaemon.Caller {
    init(_ call: Recording.Call, index: Int) {
        let isStatus = call.method.hasSuffix("/PodSandboxStatus")
        let answer = isStatus ? call.response.flatMap { try? JSONValue(parsing: $0) } : nil
        let address = answer?["status"]?["network"]?["ip"]?.string
        self.init(
            index: index, method: call.method, window: call.start...call.end, addresses: address.map { [$0] } ?? [])
    }
}
