import HTTPClient
import NIOCore
import TestSupport
import Testing

/// The real docker command line against the engine. More of it is in `Compat/docker-cli/run`.
@Suite("Engine and docker", .enabled(if: EngineHost.problem == nil, "\(EngineHost.problem ?? "")"))
struct EngineDockerTests {
    @Test("docker finds the engine, its images and no containers")
    func looking() async throws {
        try await EngineHost.with("looking") { host in
            let version = try await host.docker("version", "-f", "{{.Server.APIVersion}} {{.Server.MinAPIVersion}}")
            #expect(version.output == "1.42 1.24")
            #expect(try await host.docker("info", "-f", "{{.Driver}} {{.Images}}").output == "overlay2 2")
            #expect(try await host.docker("ps", "-aq").output == "")
            let images = try await host.docker("images", "--format", "{{.Repository}}:{{.Tag}}").output
            #expect(images.contains("busybox:latest"))
            let inspect = try await host.docker("inspect", "-f", "{{.Os}} {{json .RepoTags}}", "busybox")
            #expect(inspect.output.hasPrefix("linux ") && inspect.output.contains("busybox:latest"))
            let nothing = try await host.docker("inspect", "nosuch")
            #expect(nothing.status == 1 && nothing.errors.contains("o such object: nosuch"))
        }
    }

    @Test("a container in the foreground says all it has to say, and its exit code")
    func foreground() async throws {
        try await EngineHost.with("foreground") { host in
            // Again and again: what is lost in the beginning is not lost each time.
            for _ in 0..<5 {
                let said = try await host.docker("run", "--rm", "busybox", "echo", "hello")
                #expect(said == .init(output: "hello", errors: "", status: 0))
            }
            let both = try await host.docker("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7")
            #expect(both == .init(output: "out", errors: "err", status: 7))
            let input = try await host.docker("run", "--rm", "-i", "busybox", "cat", input: "one\ntwo\n")
            #expect(input == .init(output: "one\ntwo", errors: "", status: 0))
            #expect(try await host.docker("ps", "-aq").output == "")
        }
    }

    @Test("what cannot be run says why")
    func failures() async throws {
        try await EngineHost.with("failures") { host in
            let program = try await host.docker("run", "--rm", "busybox", "/no/such/program")
            #expect(program.status == 127)
            #expect(program.errors.contains("executable file not found"))
            let image = try await host.docker("run", "--rm", "--pull", "never", "localhost/nosuch:1", "true")
            #expect(image.status == 125)
            #expect(image.errors.contains("No such image: localhost/nosuch:1"))
            #expect(try await host.docker("ps", "-aq").output == "")
        }
    }

    @Test("a container in the background is listed, read, entered, stopped and removed")
    func background() async throws {
        try await EngineHost.with("background") { host in
            let script = "echo started; trap 'exit 5' TERM; while :; do sleep 0.1; done"
            let id = try await host.docker("run", "-d", "--name", "bg", "busybox", "sh", "-c", script).output
            #expect(id.count == 64)
            #expect(try await host.docker("ps", "--format", "{{.Names}} {{.Status}}").output.hasPrefix("bg Up "))
            #expect(try await host.docker("exec", "bg", "hostname").output == String(id.prefix(12)))
            #expect(try await host.docker("exec", "bg", "sh", "-c", "exit 3").status == 3)
            #expect(try await host.docker("exec", "-i", "bg", "cat", input: "piped").output == "piped")
            #expect(try await host.docker("logs", "bg").output == "started")
            #expect(try await host.docker("stop", "-t", "20", "bg").output == "bg")
            #expect(try await host.docker("wait", "bg").output == "5")
            #expect(try await host.docker("logs", "-f", "bg").output == "started")
            #expect(try await host.docker("start", "bg").status == 0)
            #expect(try await host.docker("rm", "-f", "bg").output == "bg")
            #expect(try await host.docker("ps", "-aq").output == "")
        }
    }

    @Test("a published port leads into the container, whose hosts file names it")
    func port() async throws {
        try await EngineHost.with("port") { host in
            let script = "echo hello > /tmp/index.html; exec httpd -f -p 8080 -h /tmp"
            let run = try await host.docker(
                "run", "-d", "--name", "web", "-h", "web", "-p", "127.0.0.1::8080", "busybox", "sh", "-c", script)
            #expect(run.status == 0, "\(run.errors)")
            let address = try await host.docker("port", "web", "8080/tcp").output
            var answer = ""
            for _ in 0..<50 where answer.isEmpty {
                // Refused until the server listens.
                let served = try? await HTTPClient(.network).send(
                    HTTPRequest("GET", "http://\(address)/", timeout: .seconds(2)))
                answer = served.map { String(buffer: $0.body) } ?? ""
                if answer.isEmpty { try await Task.sleep(for: .milliseconds(100)) }
            }
            #expect(answer == "hello\n")
            let own = try await host.docker("inspect", "-f", "{{.NetworkSettings.IPAddress}}", "web").output
            #expect(try await host.docker("exec", "web", "cat", "/etc/hosts").output.hasSuffix("\(own)\tweb"))
            // A second container may be made for the port, but not started.
            let port = String(address.split(separator: ":").last ?? "")
            let second = try await host.docker("run", "-d", "-p", "127.0.0.1:\(port):80", "busybox", "sleep", "9")
            #expect(second.status == 125 && second.errors.contains("port is already allocated"))
            let joined = try await host.docker(
                "run", "--rm", "--network", "container:web", "busybox", "cat", "/etc/hosts")
            #expect(joined.output.hasSuffix("\(own)\tweb"))
        }
    }

    @Test("the engine dies and comes back: containers run on, and those that were to remove themselves are gone")
    func restart() async throws {
        try await TemporaryFolder.with("engine-lives") { folder in
            let host = EngineHost(folder: folder, number: SubnetNumbers.next())
            try await host.serving {
                let stays = ["run", "-d", "--network", "none"]
                let kept = try await host.docker(
                    stays + ["--name", "kept", "busybox", "sh", "-c", "echo one; sleep 300"])
                #expect(kept.status == 0, "\(kept.errors)")
                _ = try await host.docker(stays + ["--rm", "--name", "gone", "busybox", "sleep", "0.5"])
                _ = try await host.docker(
                    stays + ["--restart", "always", "--name", "again", "busybox", "sleep", "0.5"])
            }
            try await Task.sleep(for: .seconds(1))
            try await host.serving {
                #expect(try await host.docker("exec", "kept", "echo", "inside").output == "inside")
                #expect(try await host.docker("logs", "kept").output == "one")
                #expect(
                    try await host.docker("inspect", "-f", "{{json .Config.Cmd}}", "kept").output
                        == #"["sh","-c","echo one; sleep 300"]"#)
                var names = ""
                for _ in 0..<50 {
                    names = try await host.docker("ps", "-a", "--format", "{{.Names}}").output
                    if names.split(separator: "\n").sorted() == ["again", "kept"] { break }
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(names.split(separator: "\n").sorted() == ["again", "kept"])
                var count = "0"
                for _ in 0..<50 where count == "0" {
                    count = try await host.docker("inspect", "-f", "{{.RestartCount}}", "again").output
                    if count == "0" { try await Task.sleep(for: .milliseconds(100)) }
                }
                #expect(count != "0")
                #expect(try await host.docker("rm", "-f", "kept", "again").status == 0)
            }
        }
    }
}
