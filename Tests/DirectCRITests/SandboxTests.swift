import CNI
import CRI
import Core
import Faults
import TestSupport
import Testing

@testable import DirectCRI

@Suite("Sandboxes on the direct path")
struct SandboxTests {
    @Test("a sandbox is ready after it was run and keeps its metadata, labels and annotations")
    func runAndStatus() async throws {
        let fixture = try DirectCRIFixture()
        let id = try await fixture.runPod()
        let status = try #require(
            try await fixture.cri.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: id), fixture.context).status)
        #expect(status.state == .sandboxReady)
        #expect(status.metadata == DirectCRIFixture.podConfig().metadata)
        #expect(status.labels == ["app": "web"])
        #expect(status.annotations == ["note": "kept"])
        #expect(status.network != nil)
    }

    @Test("the same metadata twice is refused as taken, another attempt is not")
    func duplicate() async throws {
        let fixture = try DirectCRIFixture()
        _ = try await fixture.runPod()
        await #expect(throws: OxbowError.self, performing: { try await fixture.runPod() })
        _ = try await fixture.runPod(DirectCRIFixture.podConfig(attempt: 1))
    }

    @Test("a sandbox whose start fails leaves nothing behind")
    func failedStart() async throws {
        let fixture = try DirectCRIFixture()
        fixture.core.fail(.start, with: OxbowError(.ours, "network: no address left"))
        await #expect(throws: OxbowError.self) { try await fixture.runPod() }
        #expect(await fixture.core.containers().isEmpty)
    }

    @Test("stopping a sandbox stops its containers, and both calls are idempotent")
    func stop() async throws {
        let fixture = try DirectCRIFixture()
        let pod = try await fixture.runPod()
        let container = try await fixture.createContainer(in: pod, DirectCRIFixture.containerConfig())
        _ = try await fixture.cri.startContainer(StartContainerRequest(containerId: container), fixture.context)
        for _ in 1...2 {
            _ = try await fixture.cri.stopPodSandbox(StopPodSandboxRequest(podSandboxId: pod), fixture.context)
        }
        #expect(await fixture.core.container(container)?.state == .exited)
        #expect(await fixture.core.container(pod)?.state == .exited)
        for _ in 1...2 {
            _ = try await fixture.cri.removePodSandbox(RemovePodSandboxRequest(podSandboxId: pod), fixture.context)
        }
        #expect(await fixture.core.containers().isEmpty)
    }

    @Test("the status of an unknown sandbox is NotFound")
    func unknown() async throws {
        let fixture = try DirectCRIFixture()
        let error = await #expect(throws: OxbowError.self) {
            try await fixture.cri.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: "no"), fixture.context)
        }
        #expect(error?.kind == .missing)
    }

    @Test("a sandbox on the host's network has neither its own network nor its own host name")
    func hostNetwork() async throws {
        let fixture = try DirectCRIFixture()
        var config = DirectCRIFixture.podConfig()
        config.linux = LinuxPodSandboxConfig(
            securityContext: LinuxSandboxSecurityContext(namespaceOptions: NamespaceOption(network: .node)))
        let id = try await fixture.runPod(config)
        let spec = try #require(await fixture.core.container(id)).spec
        #expect(spec.network == .host)
        #expect(spec.namespaces.uts == .host)
        #expect(spec.hostname == "")
    }

    @Test("only port mappings with a host port reach the network, and annotations set the bandwidth")
    func networkRequest() async throws {
        let fixture = try DirectCRIFixture()
        var config = DirectCRIFixture.podConfig()
        config.portMappings = [
            PortMapping(containerPort: 80), PortMapping(transport: .udp, containerPort: 53, hostPort: 5353),
        ]
        config.annotations["kubernetes.io/ingress-bandwidth"] = "10M"
        let id = try await fixture.runPod(config)
        guard case .pod(let request, let releasedAtExit) = try #require(await fixture.core.container(id)).spec.network
        else { return #expect(Bool(false), "a pod network was expected") }
        #expect(request.portMappings == [CNI.PortMapping(transport: .udp, containerPort: 53, hostPort: 5353)])
        #expect(request.ingressBandwidth == 10_000_000)
        #expect(!releasedAtExit)
    }

    @Test("list filters by state, label and id, each alone and together")
    func list() async throws {
        let fixture = try DirectCRIFixture()
        let ready = try await fixture.runPod(DirectCRIFixture.podConfig("a"))
        let stopped = try await fixture.runPod(DirectCRIFixture.podConfig("b"))
        _ = try await fixture.cri.stopPodSandbox(StopPodSandboxRequest(podSandboxId: stopped), fixture.context)
        func ids(_ filter: PodSandboxFilter?) async throws -> [String] {
            try await fixture.cri.listPodSandbox(ListPodSandboxRequest(filter: filter), fixture.context).items.map(\.id)
        }
        #expect(Set(try await ids(nil)) == [ready, stopped])
        #expect(try await ids(PodSandboxFilter(state: PodSandboxStateValue(state: .sandboxNotready))) == [stopped])
        #expect(try await ids(PodSandboxFilter(labelSelector: ["app": "a"])) == [ready])
        #expect(try await ids(PodSandboxFilter(id: ready, labelSelector: ["app": "b"])) == [])
    }
}
