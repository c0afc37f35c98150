import GRPC
import CRI
import DockerAPI
import Faults
import Synchronization
import Testing

@testable import Dockershim

@Suite("A sandbox's life")
struct SandboxLifeTests {
    private func run(_ shim: Dockershim, _ config: PodSandboxConfig = Sample.pod) async throws {
        _ = try await shim.runPodSandbox(RunPodSandboxRequest(config: config), .test("RunPodSandbox"))
    }

    private func stop(_ shim: Dockershim, _ id: String = "s1") async throws {
        _ = try await shim.stopPodSandbox(StopPodSandboxRequest(podSandboxId: id), .test("StopPodSandbox"))
    }

    @Test("the network is set up with the checkpoint's ports and undone once", arguments: Era.allCases)
    func network(era: Era) async throws {
        let bridge = Bridge(era, ScriptedDaemon { request in Sample.answer(request) })
        defer { bridge.cleanUp() }
        try await run(bridge.shim)
        try await stop(bridge.shim)
        try await stop(bridge.shim)
        #expect(bridge.network.log == ["attach web /proc/42/ns/net 8080>80/tcp", "detach web /proc/42/ns/net"])
    }

    @Test("a sandbox of an earlier bridge has its network undone, since its state is unknown", arguments: Era.allCases)
    func unknownNetwork(era: Era) async throws {
        let bridge = Bridge(era, ScriptedDaemon { request in Sample.answer(request) })
        try await stop(bridge.shim)
        #expect(bridge.network.log == ["detach web /proc/42/ns/net"])
    }

    @Test("a pod on the host's network has none of its own", arguments: Era.allCases)
    func hostNetwork(era: Era) async throws {
        let bridge = Bridge(
            era,
            ScriptedDaemon { request in
                request.path.hasSuffix("/s1/json")
                    ? .json(Sample.inspect("s1") { $0.hostConfig.networkMode = "host" }) : Sample.answer(request)
            })
        defer { bridge.cleanUp() }
        var config = Sample.pod
        config.linux?.securityContext = LinuxSandboxSecurityContext(namespaceOptions: NamespaceOption(network: .node))
        try await run(bridge.shim, config)
        let status = try await bridge.shim.podSandboxStatus(
            PodSandboxStatusRequest(podSandboxId: "s1"), .test("PodSandboxStatus")
        ).status
        try await stop(bridge.shim)
        #expect(bridge.network.log.isEmpty)
        #expect(status?.network == PodSandboxNetworkStatus())
        #expect(status?.linux?.namespaces?.options?.network == .node)
    }

    @Test(
        "addresses: today as they were set up, in 1.20 the first one looked up each time",
        arguments: [
            (Era.current, "10.1.0.5", ["fd00::5"]), (.dockershim120, "10.2.0.42", []),
        ])
    func addresses(era: Era, first: String, others: [String]) async throws {
        let bridge = Bridge(era, ScriptedDaemon { request in Sample.answer(request) })
        defer { bridge.cleanUp() }
        try await run(bridge.shim)
        let network = try await bridge.shim.podSandboxStatus(
            PodSandboxStatusRequest(podSandboxId: "s1"), .test("PodSandboxStatus")
        ).status?.network
        #expect(network?.ip == first)
        #expect(network?.additionalIps.map(\.ip) == others)
    }

    @Test("a sandbox whose network fails is left stopped in 1.20 and undone today", arguments: Era.allCases)
    func networkFails(era: Era) async throws {
        let daemon = ScriptedDaemon { request in Sample.answer(request) }
        let network = FakeNetwork(attachFailure: OxbowError(.ours, "plugin: it broke"))
        let bridge = Bridge(era, network: network, daemon)
        defer { bridge.cleanUp() }
        let told = await code(era) { try await run(bridge.shim) }
        #expect(told == (era == .current ? .internal : .unknown))
        let removed = daemon.calls.contains { $0.hasPrefix("DELETE") && $0.contains("/s1") }
        #expect(removed == (era == .current))
        #expect(daemon.calls.contains { $0.hasSuffix("/s1/stop?t=10") } == (era == .dockershim120))
        #expect(bridge.shim.network?.isReady("s1") == (era == .current ? nil : true))
    }

    @Test("a sandbox that Docker forgot is undone from its checkpoint", arguments: Era.allCases)
    func forgotten(era: Era) async throws {
        let isGone = Mutex(false)
        let bridge = Bridge(
            era,
            ScriptedDaemon { request in
                isGone.withLock { $0 } && request.path.contains("/s1")
                    ? .refusal(404, "No such container: s1") : Sample.answer(request)
            })
        defer { bridge.cleanUp() }
        try await run(bridge.shim)
        isGone.withLock { $0 = true }
        let listed = try await bridge.shim.listPodSandbox(ListPodSandboxRequest(), .test("ListPodSandbox")).items
        let orphan = try #require(listed.first { $0.id == "s1" })
        #expect(orphan.state == .sandboxNotready)
        #expect(orphan.metadata == PodSandboxMetadata(name: "web", namespace: "default"))
        let filtered = ListPodSandboxRequest(filter: PodSandboxFilter())
        #expect(
            try await bridge.shim.listPodSandbox(filtered, .test("ListPodSandbox")).items.allSatisfy { $0.id != "s1" })
        try await stop(bridge.shim)
        #expect(bridge.network.log.last == "detach web ")
        #expect(try await bridge.shim.checkpoints.ids().isEmpty)
        try await stop(bridge.shim)
    }

    @Test("removing an unstopped sandbox undoes its network today, and leaves it in 1.20", arguments: Era.allCases)
    func removesUnstopped(era: Era) async throws {
        let bridge = Bridge(era, ScriptedDaemon { request in Sample.answer(request) })
        defer { bridge.cleanUp() }
        try await run(bridge.shim)
        _ = try await bridge.shim.removePodSandbox(
            RemovePodSandboxRequest(podSandboxId: "s1"), .test("RemovePodSandbox"))
        #expect(bridge.network.log.contains("detach web /proc/42/ns/net") == (era == .current))
        #expect(try await bridge.shim.checkpoints.ids().isEmpty)
    }

    @Test(
        "a conflict whose holder Docker has half removed: removed, and tried again at once only today",
        arguments: Era.allCases)
    func conflictSolved(era: Era) async throws {
        let isHeld = Mutex(true)
        let daemon = ScriptedDaemon { request in
            if request.method == "DELETE" {
                isHeld.withLock { $0 = false }
                return .done
            }
            if request.path.hasSuffix("/abc1/json") {
                return .json(Sample.inspect("abc1", running: false) { $0.state.status = "dead" })
            }
            guard request.path.hasSuffix("/create"), isHeld.withLock({ $0 }) else { return Sample.answer(request) }
            return .refusal(
                409, "Conflict. The container name \"/x\" is already in use by container \"abc1\". Rename it.")
        }
        let bridge = Bridge(era, daemon)
        defer { bridge.cleanUp() }
        let told = await code(era) { try await run(bridge.shim) }
        #expect(told == (era == .current ? nil : .unknown))
        #expect(daemon.calls.contains { $0.hasPrefix("DELETE ") && $0.hasSuffix("/containers/abc1?v=1") })
        #expect(daemon.calls.filter { $0.contains("/create?") }.count == (era == .current ? 2 : 1))
    }

    @Test(
        "a conflict with a holder that is whole stays a conflict, and today the holder is not touched",
        arguments: [(Era.current, GRPCStatus.Code.alreadyExists), (.dockershim120, .unknown)])
    func conflictStays(era: Era, expected: GRPCStatus.Code) async {
        let daemon = ScriptedDaemon { request in
            if request.method == "DELETE" { return .refusal(409, "You cannot remove a running container abc1.") }
            guard request.path.hasSuffix("/create") else { return Sample.answer(request) }
            return .refusal(
                409, "Conflict. The container name \"/x\" is already in use by container \"abc1\". Rename it.")
        }
        let bridge = Bridge(era, daemon)
        #expect(await code(era) { try await run(bridge.shim) } == expected)
        #expect(daemon.calls.filter { $0.contains("/create?") }.count == 1)
        #expect(daemon.calls.contains { $0.hasPrefix("DELETE") } == (era == .dockershim120))
    }

    @Test("a conflict with a holder that Docker does not have: another name", arguments: Era.allCases)
    func conflictWithGhost(era: Era) async throws {
        let daemon = ScriptedDaemon { request in
            if request.method == "DELETE" || request.path.hasSuffix("/abc1/json") {
                return .refusal(404, "No such container: abc1")
            }
            let isFirst = request.query.first?.value == "k8s_POD_web_default_u1_0"
            guard request.path.hasSuffix("/create"), isFirst else { return Sample.answer(request) }
            return .refusal(
                409, "Conflict. The container name \"/x\" is already in use by container \"abc1\". Rename it.")
        }
        let bridge = Bridge(era, daemon)
        defer { bridge.cleanUp() }
        try await run(bridge.shim)
        let names = daemon.requests.filter { $0.path.hasSuffix("/create") }.compactMap(\.query.first?.value)
        #expect(names.count == 2)
        #expect(names.last?.hasPrefix("k8s_POD_web_default_u1_0_") == true)
        #expect(names.last.flatMap(ObjectName.init(parsing:))?.suffix?.count == 8)
    }
}
