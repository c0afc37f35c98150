import CRI
import GRPC
import Linux
import Testing

extension Behaviour {
    @Suite struct Logs {
        private static let linked: [Stage: String] = [
            .dockershim120: "the log is a link to Docker's own file, in Docker's format"
        ]

        @Test("a log has both streams in CRI format, in the order of writing", arguments: Stage.all)
        func bothStreams(_ stage: Stage) async throws {
            try await stage.check("StartContainer", gaps: Self.linked) { kubelet in
                try await kubelet.pod { pod in
                    let container = pod.configuration(
                        "echo one; sleep 0.1; echo two >&2; sleep 0.1; echo; echo ' three '; sleep 0.1; printf end >&2")
                    _ = try await pod.exited(try await pod.start(container))
                    let lines = try await pod.lines(container)
                    #expect(lines.map(\.text) == ["one", "two", "", " three ", "end"])
                    #expect(lines.map(\.stream) == ["stdout", "stderr", "stdout", "stdout", "stderr"])
                    #expect(lines.map(\.isPartial) == [false, false, false, false, true])
                    #expect(lines.map(\.time) == lines.map(\.time).sorted())
                }
            }
        }

        @Test("a long line comes in partial lines that make it up", arguments: Stage.all)
        func longLine(_ stage: Stage) async throws {
            try await stage.check("StartContainer", gaps: Self.linked) { kubelet in
                try await kubelet.pod { pod in
                    let container = pod.configuration(
                        "head -c 100000 /dev/zero | tr '\\0' x; echo; echo short; printf '\\303\\251'")
                    _ = try await pod.exited(try await pod.start(container))
                    let lines = try await pod.lines(container)
                    #expect(lines.count > 4 && lines.first?.isPartial == true)
                    #expect(LogLine.joined(lines) == String(repeating: "x", count: 100_000) + "\nshort\né")
                }
            }
        }

        @Test("a terminal's output is standard output, with the terminal's line ends", arguments: Stage.all)
        func terminal(_ stage: Stage) async throws {
            try await stage.check("StartContainer", gaps: Self.linked) { kubelet in
                try await kubelet.pod { pod in
                    var container = pod.configuration("echo one; echo two >&2; test -t 1 && echo tty")
                    container.tty = true
                    _ = try await pod.exited(try await pod.start(container))
                    let lines = try await pod.lines(container)
                    #expect(lines.map(\.text) == ["one\r", "two\r", "tty\r"])
                    #expect(lines.allSatisfy { $0.stream == "stdout" && !$0.isPartial })
                }
            }
        }

        private static let lineCount = 20_000
        private static let script = "i=0; while [ $i -lt \(lineCount) ]; do echo line $i; i=$((i+1)); done"

        private static func isWhole(_ output: String) -> Bool {
            output == (0..<lineCount).map { "line \($0)\n" }.joined()
        }

        @Test("a log is whole when its container's status says EXITED", arguments: Stage.all)
        func wholeAtStatus(_ stage: Stage) async throws {
            try await stage.check("ContainerStatus") { kubelet in
                try await kubelet.pod { pod in
                    let container = pod.configuration(Self.script)
                    _ = try await pod.exited(try await pod.start(container), within: .seconds(60))
                    #expect(Self.isWhole(try await pod.output(container)))
                }
            }
        }

        @Test("a log is whole when a list says that its container has exited", arguments: Stage.all)
        func wholeInList(_ stage: Stage) async throws {
            try await stage.check("ListContainers") { kubelet in
                try await kubelet.pod { pod in
                    let container = pod.configuration(Self.script)
                    let id = try await pod.start(container)
                    let request = ListContainersRequest(filter: ContainerFilter(id: id))
                    _ = try await kubelet.eventually(within: .seconds(60)) {
                        try await kubelet.client.listContainers(request).containers.first?.state
                    } until: {
                        $0 == .containerExited
                    }
                    #expect(Self.isWhole(try await pod.output(container)))
                }
            }
        }

        @Test("a log is whole when its container is stopped", arguments: Stage.all)
        func wholeAtStop(_ stage: Stage) async throws {
            try await stage.check("StopContainer") { kubelet in
                try await kubelet.pod { pod in
                    let container = pod.configuration(
                        "trap 'echo last words; exit 0' TERM; echo ready; while :; do sleep 0.05; done")
                    let id = try await pod.start(container)
                    // Docker flushes its file line by line, and so does everybody else.
                    _ = try await kubelet.eventually {
                        try await pod.output(container)
                    } until: {
                        $0 == "ready\n"
                    }
                    _ = try await kubelet.client.stopContainer(StopContainerRequest(containerId: id, timeout: 20))
                    #expect(try await pod.output(container) == "ready\nlast words\n")
                }
            }
        }

        @Test("a log's folders are made", arguments: Stage.all)
        func folders(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "the log's folder is the kubelet's to make"]
            try await stage.check("StartContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    var container = pod.configuration("echo hello")
                    container.logPath = "deep/deeper/0.log"
                    let request = CreateContainerRequest(
                        podSandboxId: pod.id, config: container, sandboxConfig: pod.config)
                    let id = try await kubelet.client.createContainer(request).containerId
                    _ = try await kubelet.client.startContainer(StartContainerRequest(containerId: id))
                    _ = try await pod.exited(id)
                    #expect(try await pod.output(container) == "hello\n")
                }
            }
        }

        @Test("a container whose log cannot be written does not start, and says why", arguments: Stage.all)
        func noPlace(_ stage: Stage) async throws {
            try await stage.check("StartContainer") { kubelet in
                try await kubelet.pod { pod in
                    let blocked = pod.config.logDirectory + "/blocked"
                    try await blocking { try Files.write(blocked, Array("no folder".utf8)) }
                    var container = pod.configuration("echo hello")
                    container.logPath = "blocked/0.log"
                    let request = CreateContainerRequest(
                        podSandboxId: pod.id, config: container, sandboxConfig: pod.config)
                    let id = try await kubelet.client.createContainer(request).containerId
                    let failure = await kubelet.failure { () async throws(GRPCStatus) in
                        try await kubelet.client.startContainer(StartContainerRequest(containerId: id))
                    }
                    #expect(failure?.message.contains("log") == true)
                    // Others are none the worse for it.
                    #expect(try await pod.run("echo fine", name: "other").output == "fine\n")
                }
            }
        }

        @Test("a container without a log path runs, and has no log", arguments: Stage.all)
        func noPath(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "it takes the pod's log folder for the log, which no link can replace"
            ]
            try await stage.check("StartContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("echo lost; sleep 1000") { $0.logPath = "" }
                    #expect(try await pod.said(id, "echo here") == "here")
                    #expect(try await pod.status(id).logPath == "")
                    _ = try await kubelet.client.reopenContainerLog(ReopenContainerLogRequest(containerId: id))
                }
            }
        }
    }
}
