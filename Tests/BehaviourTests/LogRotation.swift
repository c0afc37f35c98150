import CRI
import GRPC
import Linux
import Testing

extension Behaviour {
    @Suite struct LogRotation {
        private static let docker: [Stage: String] = [
            .dockershim120: "Docker rotates its own file and offers no call to open it anew"
        ]

        private static func rename(_ path: String, _ number: Int) async throws {
            try await blocking { try Files.rename(path, "\(path).\(number)") }
        }

        private static func reopen(_ id: String, _ kubelet: Kubelet) async throws {
            _ = try await kubelet.client.reopenContainerLog(ReopenContainerLogRequest(containerId: id))
        }

        @Test("a log that is renamed and opened anew under load loses and doubles no line", arguments: Stage.all)
        func underLoad(_ stage: Stage) async throws {
            try await stage.check("ReopenContainerLog", gaps: Self.docker) { kubelet in
                try await kubelet.pod { pod in
                    let count = 40_000
                    let container = pod.configuration(
                        "i=0; while [ $i -lt \(count) ]; do echo out $i; echo err $i >&2; i=$((i+1)); done; sleep 1000")
                    let id = try await pod.start(container)
                    let path = pod.path(container)
                    let rotations = 25
                    for number in 0..<rotations {
                        try await Self.rename(path, number)
                        try await Self.reopen(id, kubelet)
                        // What was renamed is whole now: nothing more comes into it.
                        let size = try await blocking { Files.size("\(path).\(number)") }
                        try await Task.sleep(for: .milliseconds(20))
                        #expect(try await blocking { Files.size("\(path).\(number)") } == size)
                    }
                    let last = try await kubelet.eventually(within: .seconds(60)) {
                        try await pod.lines(container).last?.text ?? ""
                    } until: {
                        $0.hasSuffix(" \(count - 1)")
                    }
                    #expect(!last.isEmpty)
                    // The other stream's last line may come a moment later.
                    _ = try await kubelet.client.stopContainer(StopContainerRequest(containerId: id))
                    let files = (0..<rotations).map { "\(path).\($0)" } + [path]
                    let texts = try await blocking {
                        try files.map { try Files.read($0, limit: 64 << 20) }
                    }
                    let lines = try texts.flatMap { try LogLine.lines($0) }
                    for (stream, word) in [("stdout", "out"), ("stderr", "err")] {
                        let found = lines.filter { $0.stream == stream }.map(\.text)
                        #expect(found == (0..<count).map { "\(word) \($0)" }, "\(found.count) lines of \(stream)")
                    }
                    // Some of it really was written while the log was being rotated.
                    #expect(texts.count { !$0.isEmpty } > 2)
                }
            }
        }

        @Test("a log that was not renamed goes on when it is opened anew", arguments: Stage.all)
        func notRenamed(_ stage: Stage) async throws {
            try await stage.check("ReopenContainerLog", gaps: Self.docker) { kubelet in
                try await kubelet.pod { pod in
                    let container = pod.configuration(
                        "echo one; while [ ! -e /go ]; do sleep 0.05; done; echo two; sleep 1000")
                    let id = try await pod.start(container)
                    _ = try await kubelet.eventually({ try await pod.output(container) }) { $0 == "one\n" }
                    try await Self.reopen(id, kubelet)
                    _ = try await pod.exec(id, "touch /go")
                    _ = try await kubelet.eventually({ try await pod.output(container) }) { $0 == "one\ntwo\n" }
                }
            }
        }

        @Test("only a running container's log can be opened anew", arguments: Stage.all)
        func otherStates(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "every error has the code UNKNOWN"]
            try await stage.check("ReopenContainerLog", gaps: gaps) { kubelet in
                func refusal(_ id: String) async -> GRPCStatus.Code? {
                    await kubelet.failure { () async throws(GRPCStatus) in
                        try await kubelet.client.reopenContainerLog(ReopenContainerLogRequest(containerId: id))
                    }?.code
                }
                #expect(await refusal("nosuch") == .notFound)
                try await kubelet.pod { pod in
                    let made = try await pod.create(pod.configuration("true", name: "made"))
                    #expect(await refusal(made) == .failedPrecondition)
                    let ended = try await pod.start("true", name: "ended")
                    _ = try await pod.exited(ended)
                    #expect(await refusal(ended) == .failedPrecondition)
                }
            }
        }

        @Test("where no new log can be made the call fails, and the container goes on", arguments: Stage.all)
        func noFolder(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "every error has the code UNKNOWN"]
            try await stage.check("ReopenContainerLog", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let container = pod.configuration("while :; do echo line; sleep 0.05; done")
                    let id = try await pod.start(container)
                    let folder = Files.parent(of: pod.path(container))
                    try await blocking {
                        try Files.rename(folder, folder + "-away")
                        try Files.write(folder, Array("no folder".utf8))
                    }
                    let failure = await kubelet.failure { () async throws(GRPCStatus) in
                        try await kubelet.client.reopenContainerLog(ReopenContainerLogRequest(containerId: id))
                    }
                    #expect(failure?.code == .failedPrecondition)
                    #expect(try await pod.said(id, "echo here") == "here")
                    #expect(try await pod.status(id).state == .containerRunning)
                }
            }
        }
    }
}
