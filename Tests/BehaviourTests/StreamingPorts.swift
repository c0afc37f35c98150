import CRI
import GRPC
import Testing

extension Behaviour {
    @Suite struct StreamingPorts {
        static let name = "portforward.k8s.io"

        /// A pod in which `program` serves each client of port 8001.
        func serving(
            _ kubelet: Kubelet, _ program: String, _ body: (Pod) async throws -> Void
        ) async throws {
            try await kubelet.pod { pod in
                let container = try await pod.start("nc -ll -p 8001 -e \(program) & wait")
                _ = try await kubelet.eventually {
                    try await pod.exec(container, "grep -q ':1F41 ' /proc/net/tcp /proc/net/tcp6").exitCode
                } until: {
                    $0 == 0
                }
                try await body(pod)
            }
        }

        func url(_ pod: Pod, _ ports: Int32...) async throws -> String {
            try await pod.client.portForward(PortForwardRequest(podSandboxId: pod.id, port: ports)).url
        }

        func pair(_ client: SPDYClient, _ port: Int, _ number: Int = 0) async throws -> (data: UInt32, error: UInt32) {
            let error = try await client.open(["streamtype": "error", "port": "\(port)", "requestid": "\(number)"])
            try await client.finish(error)
            let data = try await client.open(["streamtype": "data", "port": "\(port)", "requestid": "\(number)"])
            return (data, error)
        }

        @Test("bytes go both ways over SPDY, over several connections at once", arguments: Stage.all)
        func spdy(_ stage: Stage) async throws {
            try await stage.check("PortForward") { kubelet in
                try await serving(kubelet, "cat") { pod in
                    let client = try await SPDYClient.connect(try await url(pod), Self.name)
                    let data = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
                    let first = try await pair(client, 8001, 0)
                    let second = try await pair(client, 8001, 1)
                    async let written: Void = {
                        try await client.write(data, to: first.data)
                        try await client.write([1, 2, 3], to: second.data)
                        try await client.finish(first.data)
                        try await client.finish(second.data)
                    }()
                    try await client.read { client in
                        [first.data, first.error, second.data, second.error].allSatisfy(client.hasEnded)
                    }
                    try await written
                    #expect(client.received(first.data) == data && client.received(second.data) == [1, 2, 3])
                    #expect(client.received(first.error).isEmpty && client.received(second.error).isEmpty)
                    await client.close()
                }
            }
        }

        @Test("each way has its own end", arguments: Stage.all)
        func halfClose(_ stage: Stage) async throws {
            try await stage.check("PortForward") { kubelet in
                try await serving(kubelet, "wc -c") { pod in
                    let client = try await SPDYClient.connect(try await url(pod), Self.name)
                    let streams = try await pair(client, 8001)
                    try await client.write([UInt8](repeating: 7, count: 1000), to: streams.data)
                    try await client.finish(streams.data)
                    try await client.read { $0.hasEnded(streams.data) }
                    #expect(client.text(streams.data) == "1000\n")
                    await client.close()
                }
            }
        }

        @Test("bytes go both ways over a WebSocket, whose channels say their ports", arguments: Stage.all)
        func webSocket(_ stage: Stage) async throws {
            try await stage.check("PortForward") { kubelet in
                try await serving(kubelet, "cat") { pod in
                    let client = try await WebSocketClient.connect(try await url(pod, 8001), "v4.channel.k8s.io")
                    let port: [UInt8] = [0x41, 0x1F]
                    try await client.send(Array("hello".utf8), on: 0)
                    try await client.read { $0.received(0).count == 7 }
                    #expect(client.received(0) == port + "hello".utf8 && client.received(1) == port)
                    await client.close()
                }
            }
        }

        @Test("a port on which nobody listens is told on the error stream", arguments: Stage.all)
        func closedPort(_ stage: Stage) async throws {
            try await stage.check("PortForward") { kubelet in
                try await kubelet.pod { pod in
                    let client = try await SPDYClient.connect(try await url(pod), Self.name)
                    let streams = try await pair(client, 9)
                    try await client.read { $0.hasEnded(streams.data) && $0.hasEnded(streams.error) }
                    #expect(client.text(streams.error).contains("refused"))
                    await client.close()
                }
            }
        }

        @Test(
            "a sandbox that is not there is NOT_FOUND, one that was stopped FAILED_PRECONDITION", arguments: Stage.all)
        func refused(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "answers UNKNOWN", .containerd: "answers UNKNOWN"]
            try await stage.check("PortForward", gaps: gaps) { kubelet in
                func code(_ id: String) async -> Int? {
                    let request = PortForwardRequest(podSandboxId: id, port: [80])
                    return await kubelet.failure { () async throws(GRPCStatus) in
                        try await kubelet.client.portForward(request)
                    }
                    .map { Int($0.code.rawValue) }
                }
                #expect(await code("nosuch") == 5)
                try await kubelet.pod { pod in
                    _ = try await pod.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: pod.id))
                    #expect(await code(pod.id) == 9)
                }
            }
        }
    }
}
