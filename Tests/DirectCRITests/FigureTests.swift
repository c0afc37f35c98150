import CRI
import CRIServer
import Core
import Linux
import TestSupport
import Testing

@testable import DirectCRI

@Suite("Figures on the direct path")
struct FigureTests {
    private func running(_ fixture: DirectCRIFixture, parent: String = "") async throws -> (pod: String, id: String) {
        var config = DirectCRIFixture.podConfig()
        config.linux = LinuxPodSandboxConfig(cgroupParent: parent)
        let pod = try await fixture.runPod(config)
        let id = try await fixture.createContainer(in: pod, DirectCRIFixture.containerConfig(), podConfig: config)
        _ = try await fixture.cri.startContainer(StartContainerRequest(containerId: id), fixture.context)
        return (pod, id)
    }

    @Test("a pod without a cgroup of its own is the sum of its parts, one with a cgroup what that says")
    func pods() async throws {
        let fixture = try DirectCRIFixture()
        let (pod, id) = try await running(fixture)
        fixture.core.setStatistics(
            ContainerStatistics(timestamp: 5, cpuNanoseconds: 10, workingSetBytes: 100, processes: 1), of: pod)
        fixture.core.setStatistics(
            ContainerStatistics(timestamp: 6, cpuNanoseconds: 20, workingSetBytes: 50, processes: 2), of: id)
        var counters = InterfaceCounters(name: "eth0")
        counters.receivedBytes = 9
        fixture.core.setInterfaces([InterfaceCounters(name: "sit0"), counters], of: pod)
        let request = PodSandboxStatsRequest(podSandboxId: pod)
        let stats = try #require(try await fixture.cri.podSandboxStats(request, fixture.context).stats?.linux)
        #expect(stats.cpu?.usageCoreNanoSeconds?.value == 30)
        #expect(stats.memory?.workingSetBytes?.value == 150)
        #expect(stats.process?.processCount?.value == 3)
        #expect(stats.network?.defaultInterface?.name == "eth0")
        #expect(stats.network?.defaultInterface?.rxBytes?.value == 9)
        #expect(stats.network?.interfaces.map(\.name) == ["sit0"])
        #expect(stats.containers.map { $0.attributes?.id } == [id])

        let other = try DirectCRIFixture()
        let (own, _) = try await running(other, parent: "/pods/p1")
        other.core.setStatistics(ContainerStatistics(timestamp: 7, cpuNanoseconds: 99), of: "/pods/p1")
        let whole = try await other.cri.podSandboxStats(PodSandboxStatsRequest(podSandboxId: own), other.context)
        #expect(whole.stats?.linux?.cpu?.usageCoreNanoSeconds?.value == 99)
    }

    @Test("a container that has ended has no figures but those of its layer")
    func ended() async throws {
        let fixture = try DirectCRIFixture()
        let (_, id) = try await running(fixture)
        fixture.core.setStatistics(ContainerStatistics(timestamp: 5, writableLayerBytes: 7), of: id)
        fixture.core.finish(id, code: 0)
        let stats = try await fixture.cri.containerStats(ContainerStatsRequest(containerId: id), fixture.context).stats
        #expect(stats?.writableLayer?.usedBytes?.value == 7)
        #expect(stats?.cpu == nil && stats?.memory == nil)
        let list = try await fixture.cri.listContainerStats(ListContainerStatsRequest(), fixture.context)
        #expect(list.stats.isEmpty)
    }

    @Test("limits and stalls are told where they are known")
    func limits() async throws {
        let fixture = try DirectCRIFixture()
        let (_, id) = try await running(fixture)
        var figures = ContainerStatistics(
            timestamp: 1, cpuNanoseconds: 1, memoryLimit: 100, workingSetBytes: 30, swapBytes: 5, swapLimit: 50)
        var line = Pressure.Line()
        line.total = 7000
        line.average10 = 1.5
        figures.cpuPressure = Pressure(some: line)
        fixture.core.setStatistics(figures, of: id)
        func stats() async throws -> ContainerStats {
            try #require(
                try await fixture.cri.containerStats(ContainerStatsRequest(containerId: id), fixture.context).stats)
        }
        let first = try await stats()
        #expect(first.memory?.availableBytes?.value == 70)
        #expect(first.swap?.swapAvailableBytes?.value == 45)
        #expect(first.cpu?.psi?.some == PsiData(total: 7000, avg10: 1.5))
        #expect(first.cpu?.usageNanoCores == nil)
        #expect(first.io == nil)
        figures.timestamp += 1_000_000_000
        figures.cpuNanoseconds += 250_000_000
        fixture.core.setStatistics(figures, of: id)
        #expect(try await stats().cpu?.usageNanoCores?.value == 250_000_000)
    }

    @Test("an encoded list is the list, before and after each change")
    func encodedLists() async throws {
        let fixture = try DirectCRIFixture()
        func expectSame(_ filter: ContainerFilter? = nil) async throws {
            let request = ListContainersRequest(filter: filter)
            let typed = try await fixture.cri.listContainers(request, fixture.context)
            let bytes = try await fixture.cri.encodedContainers(request)
            #expect(try ListContainersResponse(decoding: bytes) == typed)
            #expect(bytes == typed.encoded())
            let pods = ListPodSandboxRequest(filter: filter.map { PodSandboxFilter(id: $0.podSandboxId) })
            let typedPods = try await fixture.cri.listPodSandbox(pods, fixture.context)
            #expect(try await fixture.cri.encodedSandboxes(pods) == typedPods.encoded())
        }
        try await expectSame()
        let (pod, id) = try await running(fixture)
        try await expectSame()
        try await expectSame(ContainerFilter(podSandboxId: pod))
        fixture.core.finish(id, code: 1)
        try await expectSame()
        let request = ListContainersRequest(filter: ContainerFilter(state: .init(state: .containerExited)))
        let list = try await fixture.cri.listContainers(request, fixture.context)
        #expect(list.containers.map(\.id) == [id])
        _ = try await fixture.cri.removeContainer(RemoveContainerRequest(containerId: id), fixture.context)
        try await expectSame()
        #expect(try await fixture.cri.listContainers(ListContainersRequest(), fixture.context).containers.isEmpty)
    }

    @Test("a pod's new resources stand in its verbose status")
    func podResources() async throws {
        let fixture = try DirectCRIFixture()
        let (pod, _) = try await running(fixture)
        _ = try await fixture.cri.updatePodSandboxResources(
            UpdatePodSandboxResourcesRequest(
                podSandboxId: pod, resources: LinuxContainerResources(cpuShares: 777)), fixture.context)
        let request = PodSandboxStatusRequest(podSandboxId: pod, verbose: true)
        let info = try await fixture.cri.podSandboxStatus(request, fixture.context).info
        #expect(info["resources"] == #"{"cpu_shares":"777"}"#)
        #expect(info["overhead"] == nil)
    }

    @Test("a memory limit takes the limit of memory and swap with it, unless that is asked for too")
    func swapFollows() {
        var limits = ResourceLimits()
        limits.apply(LinuxContainerResources(memoryLimitInBytes: 64, memorySwapLimitInBytes: 96))
        #expect(limits.memorySwapBytes == 96)
        limits.apply(LinuxContainerResources(memoryLimitInBytes: 128))
        #expect(limits.memorySwapBytes == 128)
        limits.apply(LinuxContainerResources(cpuShares: 5))
        #expect(limits.memorySwapBytes == 128)
    }
}
