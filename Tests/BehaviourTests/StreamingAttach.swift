import CRI
import GRPC
import Testing

extension Behaviour {
    @Suite struct StreamingAttach {
        @Test("a client hears a container and is heard by it", arguments: Stage.all)
        func both(_ stage: Stage) async throws {
            try await stage.check("Attach") { kubelet in
                try await kubelet.pod { pod in
                    let container = try await pod.start("read a; echo out $a; echo err $a >&2; read b; exit 0") {
                        $0.stdin = true
                    }
                    let client = try await pod.attach(container, stdin: true)
                    try await client.send("one\n")
                    try await client.spdy.read { $0.text(client.output) == "out one\n" }
                    try await client.send("two\n")
                    try await client.finish()
                    #expect(client.stdout == "out one\n" && client.stderr == "err one\n")
                    #expect(client.error.contains("Success"))
                }
            }
        }

        @Test("a container's terminal has the size that a client says", arguments: Stage.all)
        func terminal(_ stage: Stage) async throws {
            try await stage.check("Attach") { kubelet in
                try await kubelet.pod { pod in
                    let script = "until stty size | grep -q '41 131'; do sleep 0.05; done; echo sized"
                    let container = try await pod.start(script) {
                        $0.stdin = true
                        $0.tty = true
                    }
                    let client = try await pod.attach(container, stdin: true, terminal: true)
                    try await client.resize(width: 131, height: 41)
                    try await client.finish()
                    #expect(client.stdout.contains("sized\r\n"))
                }
            }
        }

        @Test("input that stays open outlives a client, and input for one ends with it", arguments: Stage.all)
        func inputOnce(_ stage: Stage) async throws {
            try await stage.check("Attach") { kubelet in
                try await kubelet.pod { pod in
                    for once in [false, true] {
                        let script = "while read line; do echo got $line; done; echo closed"
                        let container = try await pod.start(script, name: "once-\(once)") {
                            $0.stdin = true
                            $0.stdinOnce = once
                        }
                        let first = try await pod.attach(container, stdin: true)
                        try await first.send("a\n")
                        try await first.spdy.read { $0.text(first.output) == "got a\n" }
                        if once {
                            try await first.spdy.finish(try #require(first.input))
                            try await first.finish()
                            #expect(first.stdout == "got a\nclosed\n")
                        } else {
                            await first.spdy.close()
                            let second = try await pod.attach(container, stdin: true)
                            try await second.send("b\n")
                            try await second.spdy.read { $0.text(second.output) == "got b\n" }
                            await second.spdy.close()
                        }
                    }
                }
            }
        }

        @Test("a container that does not run is FAILED_PRECONDITION", arguments: Stage.all)
        func stopped(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "answers UNKNOWN", .containerd: "answers UNKNOWN"]
            try await stage.check("Attach", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let container = try await pod.start("true")
                    _ = try await pod.exited(container)
                    let request = AttachRequest(containerId: container, stdout: true)
                    #expect(
                        await kubelet.failure { () async throws(GRPCStatus) in try await kubelet.client.attach(request)
                        }?.code == .failedPrecondition)
                }
            }
        }
    }
}
