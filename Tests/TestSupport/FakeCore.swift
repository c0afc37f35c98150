package import Core
package import Faults
package import Linux
package import OCI
import NIOCore
import Synchronization

/// A container core in memory, written by hand: no process runs, ids and times are counted, and every call is kept.
///
/// A started container runs until `finish` or `signal`/`stop` ends it, or ends at once when `onStart` says so. Failures are
/// planned with `fail(_:with:)`. What the real core checks (names, states, missing objects), this one checks too.
package final class FakeCore: ContainerCore {
    /// What was asked, in order.
    package enum Call: Sendable, Equatable {
        case importImages(String)
        case pull(String)
        case tag(Digest, String)
        case untag(String)
        case removeImage(Digest)
        case create(name: String)
        case start(String)
        case signal(String, Int32)
        case stop(String, grace: Duration)
        case remove(String, force: Bool)
        case updateResources(String, ResourceLimits)
        case reopenLog(String)
        case updateExtension(String, String)
        case rename(String, String)
        case attach(String, input: Bool)
        case exec(String, [String])
        case resizeTerminal(String, width: UInt16, height: UInt16)
    }
    /// Names for `fail(_:with:)`.
    package enum Method: Sendable, Hashable {
        case importImages, pull, create, start, signal, stop, remove, exec, attach, updateResources, statistics
    }
    /// What a started container does by itself.
    package enum Life: Sendable {
        case runsUntilTold
        /// Writes this and ends with the code.
        case ends(code: Int32, output: [OutputChunk])
    }
    /// What one program started by `exec` does.
    package struct ExecAnswer: Sendable {
        package var code: Int32
        package var output: [OutputChunk]
        /// Runs until its input is closed or it is killed, and gives its input back as output.
        package var echoesInput: Bool
        package init(code: Int32 = 0, output: [OutputChunk] = [], echoesInput: Bool = false) {
            self.code = code
            self.output = output
            self.echoesInput = echoesInput
        }
    }

    struct State {
        var calls: [Call] = []
        var failures: [Method: [OxbowError]] = [:]
        var images: [ImageRecord] = []
        var records: [String: ContainerRecord] = [:]
        var order: [String] = []
        var exits: [String: Latch<Int32>] = [:]
        var streams: [String: [FakeStreams]] = [:]
        var counter: UInt64 = 0
        var clock: Int64 = 1_700_000_000_000_000_000
        var life: @Sendable (ContainerSpec) -> Life = { _ in .runsUntilTold }
        var execAnswer: @Sendable (String, ExecSpec) -> ExecAnswer = { _, _ in ExecAnswer() }
        /// By container id, or by the path of a parent cgroup.
        var statistics: [String: ContainerStatistics] = [:]
        var interfaces: [String: [InterfaceCounters]] = [:]
        var networkProblem: String?
        /// Where containers' folders are really made; nil: nowhere.
        var folder: String?
        var facts = CoreFacts(
            root: "/var/lib/oxbow", cgroupDriver: "cgroupfs", cgroupVersion: 1, runtimes: ["crun": "/usr/bin/crun"],
            defaultRuntime: "crun", runtimeVersions: ["crun": "1.8.1"], monitorVersion: "2.1.6")
        var pullable: [String: ImageRecord] = [:]
        var importable: [String: [ImportedImage]] = [:]
    }
    let state = Mutex(State())
    let broadcast = EventBroadcast()

    package init(images: [ImageRecord] = []) { state.withLock { $0.images = images } }

    // MARK: What a test says and asks

    package var calls: [Call] { state.withLock { $0.calls } }
    package func forgetCalls() { state.withLock { $0.calls = [] } }
    /// The next call of `method` throws this; several are thrown one after the other.
    package func fail(_ method: Method, with error: OxbowError) {
        state.withLock { $0.failures[method, default: []].append(error) }
    }
    package func onStart(_ life: @escaping @Sendable (ContainerSpec) -> Life) { state.withLock { $0.life = life } }
    package func onExec(_ answer: @escaping @Sendable (String, ExecSpec) -> ExecAnswer) {
        state.withLock { $0.execAnswer = answer }
    }
    package func setStatistics(_ figures: ContainerStatistics, of id: String) {
        state.withLock { $0.statistics[id] = figures }
    }
    /// As when the core ends.
    package func endEvents() { broadcast.finish() }
    package func setInterfaces(_ counters: [InterfaceCounters], of id: String) {
        state.withLock { $0.interfaces[id] = counters }
    }
    package func setNetworkProblem(_ problem: String?) { state.withLock { $0.networkProblem = problem } }
    /// Containers made from now on have a folder here, in which their logs can be kept.
    package func setFolder(_ folder: String) { state.withLock { $0.folder = folder } }
    package func setFacts(_ facts: CoreFacts) { state.withLock { $0.facts = facts } }
    /// The id of the n-th container made, counted from 1: eight digits that tell it apart, then a fixed tail.
    package static func id(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
            + String(repeating: "0123456789abcdef", count: 4).prefix(56)
    }
    /// Ends a running container's process.
    package func finish(_ id: String, code: Int32, oomKilled: Bool = false) {
        end(id, code: code, oomKilled: oomKilled)
    }
    /// Sends output to everyone attached.
    package func output(_ id: String, _ stream: OutputChunk.Stream, _ text: String) {
        let streams = state.withLock { $0.streams[id] ?? [] }
        for each in streams { each.push(OutputChunk(stream: stream, bytes: ByteBuffer(string: text))) }
    }
    /// Bytes that attached clients wrote to the container's input.
    package func input(of id: String) -> String {
        state.withLock { $0.streams[id] ?? [] }.map(\.written).joined()
    }

    // MARK: Inside

    func note(_ call: Call, _ method: Method? = nil) throws(OxbowError) {
        let failure = state.withLock { state -> OxbowError? in
            state.calls.append(call)
            guard let method, var planned = state.failures[method], !planned.isEmpty else { return nil }
            let failure = planned.removeFirst()
            state.failures[method] = planned
            return failure
        }
        if let failure { throw failure }
    }

    func change<T: Sendable>(
        _ id: String, _ body: (inout State, inout ContainerRecord) -> Result<T, OxbowError>
    ) throws(OxbowError) -> T {
        try state.withLock { state -> Result<T, OxbowError> in
            guard var record = state.records[id] else {
                return .failure(OxbowError(.missing, "container: no such container (\(id))"))
            }
            let result = body(&state, &record)
            if state.records[id] != nil { state.records[id] = record }
            return result
        }.get()
    }

    func end(_ id: String, code: Int32, oomKilled: Bool) {
        let (record, latch, streams) = state.withLock { state -> (ContainerRecord?, Latch<Int32>?, [FakeStreams]) in
            guard var record = state.records[id], record.state == .running else { return (nil, nil, []) }
            record.state = .exited
            record.exitCode = code
            record.oomKilled = oomKilled
            record.finishedAt = state.tick()
            record.pid = 0
            state.records[id] = record
            defer { state.streams[id] = nil }
            return (record, state.exits[id], state.streams[id] ?? [])
        }
        for each in streams { each.end() }
        latch?.set(code)
        if let record { broadcast.send(CoreEvent(action: .exited, record: record, time: record.finishedAt)) }
    }
}

extension FakeCore.State {
    /// The fake's clock goes on by one second for each thing that happens.
    mutating func tick() -> Int64 {
        clock += 1_000_000_000
        return clock
    }
}
