import Testing

@testable import Dockershim

/// The bridge of era 1.20 beside the real dockershim of kubelet 1.20.2: given the same CRI calls, it sends what that one
/// sent to dockerd, and answers what that one answered.
@Suite("Recorded dockershim")
struct RecordedTests {
    @Test(
        "sends what dockershim sent, but for the deviations listed, and answers what it answered",
        arguments: Recording.names)
    func matches(name: String) async throws {
        let replay = try await Replay.run(name)
        let unlisted = replay.deviations.filter { deviation in
            !AllowedDeviation.list.contains { $0.covers(deviation) }
        }
        #expect(unlisted.map(\.description) == [])
        let idle = AllowedDeviation.list.filter { !replay.deviations.contains(where: $0.covers) }
        #expect(idle.map(\.description) == [], "listed, but no longer seen")

        let different = replay.answers.filter { !$0.isAsRecorded }
        #expect(different.map(\.description) == [])
        #expect(replay.answers.count > 300)
    }

    @Test("counts the REST calls of each CRI call as the recording has them")
    func tally() async throws {
        let rows = try await Replay.run("one-pod.jsonl").tally
        #expect(rows["RunPodSandbox"]?.restCalls == 5)
        #expect(rows["StartContainer"]?.restCalls == 2)
        #expect(rows["ListContainers"]?.restCalls == rows["ListContainers"]?.calls)
        #expect(rows["ContainerStatus"].map { $0.restCalls == 2 * $0.calls } == true)
    }

    @Test("sees a request that the recording lacks, one that it has in addition, and one with another body")
    func seesDeviations() async throws {
        let replay = try await Replay.run("one-pod.jsonl") { recording in
            recording.rest.removeAll { $0.path.hasSuffix("/start") && $0.method == "POST" }
            if let create = recording.rest.firstIndex(where: { $0.path.hasSuffix("/containers/create") }) {
                recording.rest[create].request?["Hostname"] = "another"
            }
        }
        let kinds = Dictionary(grouping: replay.deviations, by: \.kind).mapValues { $0.map(\.description).joined() }
        #expect(kinds[.notRecorded]?.contains("POST /v1.40/containers/create") == true)
        #expect(kinds[.notSent]?.contains("POST /v1.40/containers/create") == true)
        #expect(replay.answers.contains { !$0.isAsRecorded })
    }

    @Test("sees that today's bridge is another")
    func seesEras() async throws {
        let replay = try await Replay.run("one-pod.jsonl", era: .current)
        #expect(replay.deviations.contains { $0.kind == .notSent && $0.calls.contains("RuntimeService/Version") })
    }
}
