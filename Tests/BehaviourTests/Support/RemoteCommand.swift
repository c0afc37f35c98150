import CRI
import Testing

/// A command or attachment over SPDY, version 4, with the streams that were asked for.
struct RemoteCommand: Sendable {
    let spdy: SPDYClient
    let errors: UInt32
    let input: UInt32?
    let output: UInt32
    /// nil with a terminal.
    let problems: UInt32?
    let sizes: UInt32?

    static func connect(_ url: String, stdin: Bool, terminal: Bool) async throws -> RemoteCommand {
        let spdy = try await SPDYClient.connect(url, "v4.channel.k8s.io")
        #expect(spdy.protocolName == "v4.channel.k8s.io")
        return RemoteCommand(
            spdy: spdy, errors: try await spdy.open(["streamtype": "error"]),
            input: stdin ? try await spdy.open(["streamtype": "stdin"]) : nil,
            output: try await spdy.open(["streamtype": "stdout"]),
            problems: terminal ? nil : try await spdy.open(["streamtype": "stderr"]),
            sizes: terminal ? try await spdy.open(["streamtype": "resize"]) : nil)
    }

    /// Input, and its end.
    func sendAll(_ bytes: [UInt8]) async throws {
        guard let input else { return }
        try await spdy.write(bytes, to: input)
        try await spdy.finish(input)
    }

    func send(_ text: String) async throws { try await spdy.write(Array(text.utf8), to: try #require(input)) }

    func resize(width: Int, height: Int) async throws {
        try await spdy.write(Array("{\"Width\":\(width),\"Height\":\(height)}".utf8), to: try #require(sizes))
    }

    /// Reads until the end is known.
    func finish() async throws {
        try await spdy.read { spdy in [output, errors].allSatisfy(spdy.hasEnded) }
        await spdy.close()
    }

    var stdout: String { spdy.text(output) }
    var stderr: String { problems.map(spdy.text) ?? "" }
    var error: String { spdy.text(errors) }
}

extension Pod {
    func execURL(
        _ container: String, _ script: String, stdin: Bool = false, terminal: Bool = false
    ) async throws -> String {
        try await client.exec(
            ExecRequest(
                containerId: container, cmd: ["/bin/sh", "-c", script], tty: terminal, stdin: stdin, stdout: true,
                stderr: !terminal)
        ).url
    }

    func exec(
        _ container: String, _ script: String, stdin: Bool, terminal: Bool = false
    ) async throws -> RemoteCommand {
        try await RemoteCommand.connect(
            try await execURL(container, script, stdin: stdin, terminal: terminal), stdin: stdin, terminal: terminal)
    }

    func attach(_ container: String, stdin: Bool, terminal: Bool = false) async throws -> RemoteCommand {
        let answer = try await client.attach(
            AttachRequest(containerId: container, stdin: stdin, tty: terminal, stdout: true, stderr: !terminal))
        return try await RemoteCommand.connect(answer.url, stdin: stdin, terminal: terminal)
    }
}
