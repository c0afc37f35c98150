import CRI
import GRPC
import Testing

extension Behaviour {
    @Suite struct StreamingExec {
        @Test("a command's output and exit code come over SPDY", arguments: Stage.all)
        func spdy(_ stage: Stage) async throws {
            try await stage.check("Exec") { kubelet in
                try await kubelet.pod { pod in
                    let client = try await pod.exec(
                        try await pod.start("sleep 1000"), "echo out; echo err >&2; exit 7", stdin: false)
                    try await client.finish()
                    #expect(client.stdout == "out\n" && client.stderr == "err\n")
                    #expect(client.error.contains(#""reason":"NonZeroExitCode""#))
                    #expect(client.error.contains(#""message":"7""#))
                }
            }
        }

        @Test("a command's output and exit code come over a WebSocket", arguments: Stage.all)
        func webSocket(_ stage: Stage) async throws {
            try await stage.check("Exec") { kubelet in
                try await kubelet.pod { pod in
                    let container = try await pod.start("sleep 1000")
                    let url = try await pod.execURL(container, "cat; echo err >&2; exit 9", stdin: true)
                    let client = try await WebSocketClient.connect(url, "v5.channel.k8s.io")
                    try await client.send(Array("in\n".utf8), on: 0)
                    // From v5 on a channel can be closed.
                    try await client.send([0], on: 255)
                    try await client.read()
                    #expect(client.text(1) == "in\n" && client.text(2) == "err\n")
                    #expect(client.text(3).contains(#""message":"9""#))
                    await client.close()
                }
            }
        }

        @Test("binary input comes back whole while output is read, and its end is the command's", arguments: Stage.all)
        func binary(_ stage: Stage) async throws {
            try await stage.check("Exec") { kubelet in
                try await kubelet.pod { pod in
                    let client = try await pod.exec(try await pod.start("sleep 1000"), "cat", stdin: true)
                    let data = (0..<(4 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
                    async let written: Void = client.sendAll(data)
                    try await client.finish()
                    try await written
                    #expect(client.spdy.received(client.output) == data)
                    #expect(client.error.contains("Success"))
                }
            }
        }

        @Test("a terminal has the size that its client says", arguments: Stage.all)
        func terminal(_ stage: Stage) async throws {
            try await stage.check("Exec") { kubelet in
                try await kubelet.pod { pod in
                    let client = try await pod.exec(
                        try await pod.start("sleep 1000"),
                        "echo ready; until stty size | grep -q '40 132'; do sleep 0.05; done; test -t 0 && echo sized",
                        stdin: true, terminal: true)
                    try await client.spdy.read { $0.text(client.output).contains("ready\r\n") }
                    try await client.resize(width: 132, height: 40)
                    try await client.finish()
                    #expect(client.stdout.hasSuffix("sized\r\n"))
                }
            }
        }

        @Test("a URL is good for one client", arguments: Stage.all)
        func once(_ stage: Stage) async throws {
            try await stage.check("Exec") { kubelet in
                try await kubelet.pod { pod in
                    let url = try await pod.execURL(try await pod.start("sleep 1000"), "true")
                    await (try await SPDYClient.connect(url, "v4.channel.k8s.io")).close()
                    await #expect(throws: SPDYClient.Refused.self) {
                        _ = try await SPDYClient.connect(url, "v4.channel.k8s.io")
                    }
                }
            }
        }

        @Test("a client that disappears ends the command's input", arguments: Stage.all)
        func inputEnds(_ stage: Stage) async throws {
            try await stage.check("Exec") { kubelet in
                try await kubelet.pod { pod in
                    let container = try await pod.start("sleep 1000")
                    let client = try await pod.exec(
                        container, "echo ready; cat > /dev/null; touch /tmp/ended", stdin: true)
                    try await client.spdy.read { $0.text(client.output).contains("ready") }
                    await client.spdy.close()
                    _ = try await kubelet.eventually {
                        try await pod.exec(container, "test -e /tmp/ended").exitCode
                    } until: {
                        $0 == 0
                    }
                }
            }
        }

        @Test("a command whose client is gone is ended with all that it started", arguments: Stage.all)
        func commandEnds(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "leaves it running", .containerd: "leaves it running"]
            try await stage.check("Exec", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let container = try await pod.start("sleep 1000")
                    let client = try await pod.exec(
                        container, "trap '' HUP; sleep 7777 & echo ready; sleep 7777; true", stdin: false)
                    try await client.spdy.read { $0.text(client.output).contains("ready") }
                    await client.spdy.close()
                    _ = try await kubelet.eventually(within: .seconds(40)) {
                        // The pattern does not match the shell that looks.
                        try await pod.said(container, "grep -l '777[7]' /proc/[0-9]*/cmdline 2>/dev/null | wc -l")
                    } until: {
                        $0 == "0"
                    }
                }
            }
        }

        @Test("streams that make no sense are refused", arguments: Stage.all)
        func nonsense(_ stage: Stage) async throws {
            try await stage.check("Exec") { kubelet in
                try await kubelet.pod { pod in
                    let container = try await pod.start("sleep 1000")
                    for (output, terminal) in [(true, true), (false, false)] {
                        let request = ExecRequest(
                            containerId: container, cmd: ["true"], tty: terminal, stdout: output, stderr: output)
                        #expect(
                            await kubelet.failure { () async throws(GRPCStatus) in
                                try await kubelet.client.exec(request)
                            }?.code == .invalidArgument)
                    }
                    let request = ExecRequest(containerId: "", cmd: ["true"], stdout: true)
                    #expect(
                        await kubelet.failure { () async throws(GRPCStatus) in try await kubelet.client.exec(request) }?
                            .code == .invalidArgument)
                }
            }
        }

        @Test("a container that is not there is NOT_FOUND", arguments: Stage.all)
        func missing(_ stage: Stage) async throws {
            try await stage.check("Exec", gaps: [.dockershim120: "answers UNKNOWN"]) { kubelet in
                let request = ExecRequest(containerId: "nosuch", cmd: ["true"], stdout: true)
                #expect(
                    await kubelet.failure { () async throws(GRPCStatus) in try await kubelet.client.exec(request) }?
                        .code == .notFound)
            }
        }

        @Test("a container that does not run is FAILED_PRECONDITION", arguments: Stage.all)
        func stopped(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "answers UNKNOWN", .containerd: "answers UNKNOWN"]
            try await stage.check("Exec", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let container = try await pod.start("true")
                    _ = try await pod.exited(container)
                    let request = ExecRequest(containerId: container, cmd: ["true"], stdout: true)
                    #expect(
                        await kubelet.failure { () async throws(GRPCStatus) in try await kubelet.client.exec(request) }?
                            .code == .failedPrecondition)
                }
            }
        }
    }
}
