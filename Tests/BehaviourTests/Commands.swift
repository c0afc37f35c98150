import CRI
import GRPC
import Testing

extension Behaviour {
    @Suite struct Commands {
        @Test("a command takes the place of the image's, arguments follow it", arguments: Stage.all)
        func command(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let words = try await pod.words("", name: "both") {
                        $0.command = ["/bin/echo", "a b"]
                        $0.args = ["$HOME", "c"]
                    }
                    #expect(words == "a b $HOME c")
                    // The image has a command and no entrypoint: arguments take its place.
                    let alone = try await pod.words("", name: "arguments") {
                        $0.command = []
                        $0.args = ["/bin/echo", "alone"]
                    }
                    #expect(alone == "alone")
                }
            }
        }

        @Test("variables override the image's, with any bytes that JSON has", arguments: Stage.all)
        func environment(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let value = "a=b \"q\" 'r' \\ $HOME\u{1}\u{7f} ü€😀\tend"
                    let words = try await pod.words("env | grep -E '^(PATH|VALUE|EMPTY|HOSTNAME)=' | sort") {
                        $0.envs = [
                            KeyValue(key: "VALUE", value: Array(value.utf8)), KeyValue(key: "EMPTY"),
                            KeyValue(key: "PATH", value: Array("/bin:/own".utf8)),
                        ]
                    }
                    let hostname = pod.config.hostname
                    #expect(words == "EMPTY=\nHOSTNAME=\(hostname)\nPATH=/bin:/own\nVALUE=\(value)")
                }
            }
        }

        @Test("a variable of bytes that are no UTF-8 is no reason to refuse a container", arguments: Stage.all)
        func environmentBytes(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    // The OCI runtime's document is JSON, which has U+FFFD for them.
                    let words = try await pod.words("printf %s \"$RAW\"") {
                        $0.envs = [KeyValue(key: "RAW", value: [0x61, 0xff, 0x62])]
                    }
                    #expect(words == "a\u{fffd}b")
                }
            }
        }

        @Test("the working directory is made when the image does not have it", arguments: Stage.all)
        func workingDirectory(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let answer = try await pod.words("pwd", name: "there") { $0.workingDir = "/usr/bin" }
                    #expect(answer == "/usr/bin")
                    let other = try await pod.words("pwd", name: "made") { $0.workingDir = "/no/such" }
                    #expect(other == "/no/such")
                }
            }
        }

        @Test("standard input is empty unless it is asked for, and then stays open", arguments: Stage.all)
        func input(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    #expect(try await pod.words("cat; echo end", name: "closed") == "end")
                    let open = try await pod.start("cat; echo end", name: "open") { $0.stdin = true }
                    #expect(try await pod.said(open, "readlink /proc/1/fd/0 | cut -d: -f1") == "pipe")
                    #expect(try await pod.status(open).state == .containerRunning)
                }
            }
        }

        @Test("a container with a terminal has one on all three streams", arguments: Stage.all)
        func terminal(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let script = "test -t 0 && test -t 1 && test -t 2 && echo terminal $TERM"
                    let words = try await pod.words(script, name: "with") {
                        $0.tty = true
                        $0.stdin = true
                    }
                    #expect(
                        words.unicodeScalars.filter { !"\r\n".unicodeScalars.contains($0) }.elementsEqual(
                            "terminal xterm".unicodeScalars))
                    #expect(try await pod.words("test -t 1 || echo none", name: "without") == "none")
                }
            }
        }

        @Test("a command that is not there fails the start", arguments: Stage.all)
        func missingCommand(_ stage: Stage) async throws {
            try await stage.check("StartContainer") { kubelet in
                try await kubelet.pod { pod in
                    var container = pod.configuration("", name: "missing")
                    container.command = ["/no/such/program"]
                    let id = try await pod.create(container)
                    let failure = await kubelet.failure { () async throws(GRPCStatus) in
                        _ = try await pod.client.startContainer(StartContainerRequest(containerId: id))
                    }
                    #expect(failure?.message.contains("/no/such/program") == true)
                    #expect(try await pod.status(id).state == .containerExited)
                }
            }
        }
    }
}
