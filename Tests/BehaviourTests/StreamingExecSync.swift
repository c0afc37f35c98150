import CRI
import GRPC
import Testing

extension Behaviour {
    @Suite struct ExecSyncs {
        @Test("output and exit code are an answer, whatever they are", arguments: Stage.all)
        func answer(_ stage: Stage) async throws {
            try await stage.check("ExecSync") { kubelet in
                try await kubelet.pod { pod in
                    let answer = try await pod.exec(
                        try await pod.start("sleep 1000"), "printf 'a\\0b'; printf c >&2; exit 42")
                    #expect(answer.stdout == [97, 0, 98] && answer.stderr == [99] && answer.exitCode == 42)
                }
            }
        }

        @Test("a timeout is DEADLINE_EXCEEDED", arguments: Stage.all)
        func timeout(_ stage: Stage) async throws {
            try await stage.check("ExecSync") { kubelet in
                try await kubelet.pod { pod in
                    let container = try await pod.start("sleep 1000")
                    let failure = await kubelet.failure { () async throws(GRPCStatus) in
                        try await pod.exec(container, "sleep 1000", timeout: 1)
                    }
                    #expect(failure?.code == .deadlineExceeded)
                }
            }
        }

        @Test("a timeout kills the command with all that it started, orphans too", arguments: Stage.all)
        func killed(_ stage: Stage) async throws {
            try await stage.check("ExecSync", gaps: [.dockershim120: "leaves it running"]) { kubelet in
                try await kubelet.pod { pod in
                    let container = try await pod.start("sleep 1000")
                    let script = "(sleep 8888 &); sleep 8888 & sh -c 'sleep 8888; true'"
                    _ = await kubelet.failure { () async throws(GRPCStatus) in
                        try await pod.exec(container, script, timeout: 1)
                    }
                    _ = try await kubelet.eventually {
                        try await pod.said(container, "grep -l '888[8]' /proc/[0-9]*/cmdline 2>/dev/null | wc -l")
                    } until: {
                        $0 == "0"
                    }
                }
            }
        }

        @Test("output is cut at what one answer can hold", arguments: Stage.all)
        func large(_ stage: Stage) async throws {
            try await stage.check("ExecSync", gaps: [.dockershim120: "fails with 'short write'"]) { kubelet in
                try await kubelet.pod { pod in
                    let answer = try await pod.exec(
                        try await pod.start("sleep 1000"), "head -c 20000000 /dev/zero; exit 3", timeout: 60)
                    #expect(answer.stdout.count > 16_000_000 && answer.stdout.count <= 16 << 20)
                    #expect(answer.exitCode == 3)
                }
            }
        }
    }
}
