package import Core
package import Faults
package import Linux
import NIOCore
import Synchronization

extension FakeCore {
    package func attach(_ id: String, input: Bool) async throws(OxbowError) -> ProcessStreams {
        try note(.attach(id, input: input), .attach)
        return try change(id) { state, record in
            if record.state == .exited {
                return .failure(OxbowError(.wrongState, "container: not running (\(id))"))
            }
            let streams = FakeStreams()
            state.streams[id, default: []].append(streams)
            return .success(streams.streams)
        }
    }

    package func resizeTerminal(_ id: String, width: UInt16, height: UInt16) async throws(OxbowError) {
        try note(.resizeTerminal(id, width: width, height: height))
        try change(id) { _, record in
            record.state == .running
                ? .success(()) : .failure(OxbowError(.wrongState, "container: not running (\(id))"))
        }
    }

    package func exec(_ id: String, _ spec: ExecSpec) async throws(OxbowError) -> ExecProcess {
        try note(.exec(id, spec.arguments), .exec)
        let (pid, answer) = try change(id) { state, record -> Result<(Int32, ExecAnswer), OxbowError> in
            guard record.state == .running else {
                return .failure(OxbowError(.wrongState, "container: not running (\(id))"))
            }
            state.counter += 1
            return .success((Int32(1000 + state.counter), state.execAnswer(id, spec)))
        }
        let code = Latch<Int32>()
        let streams = FakeStreams { streams, bytes in
            guard answer.echoesInput else { return }
            if let bytes {
                streams.push(OutputChunk(stream: .stdout, bytes: bytes))
            } else {
                streams.end()
                code.set(answer.code)
            }
        }
        for chunk in answer.output { streams.push(chunk) }
        if !answer.echoesInput {
            streams.end()
            code.set(answer.code)
        }
        return ExecProcess(
            pid: pid, streams: streams.streams, exit: { await code.wait() ?? 137 },
            kill: {
                streams.end()
                code.set(137)
            },
            resize: { _, _ in })
    }

    package func statistics(_ id: String) async throws(OxbowError) -> ContainerStatistics {
        try change(id) { state, _ in
            if let planned = state.failures[.statistics]?.first {
                state.failures[.statistics]?.removeFirst()
                return .failure(planned)
            }
            return .success(state.statistics[id] ?? ContainerStatistics(timestamp: state.clock, cgroupVersion: 1))
        }
    }

    package func statistics(of ids: [String]) async throws(OxbowError) -> [String: ContainerStatistics] {
        var all: [String: ContainerStatistics] = [:]
        for id in ids {
            do throws(OxbowError) { all[id] = try await statistics(id) } catch {
                guard error.kind == .missing else { throw error }
            }
        }
        return all
    }

    package func parentStatistics(_ id: String) async throws(OxbowError) -> ContainerStatistics? {
        try change(id) { state, record in
            let parent = record.cgroupPath.split(separator: "/").dropLast().map { "/" + $0 }.joined()
            return .success(state.statistics[parent])
        }
    }

    package func interfaces(_ id: String) async throws(OxbowError) -> [InterfaceCounters] {
        state.withLock { $0.interfaces[id] ?? [] }
    }

    package func networkProblem() async -> String? { state.withLock { $0.networkProblem } }
    package func facts() async -> CoreFacts { state.withLock { $0.facts } }
    package func events() -> CoreEvents { broadcast.listen() }
}
