import CRI
import Dockershim
import Faults
import GRPC
import Glibc
import Linux
import Testing

/// The bridge before a real dockerd 20.10, with real containers and real pod networks.
@Suite(
    "Dockershim before a real dockerd", .serialized,
    .enabled(if: getuid() == 0 && Dockerd.isPresent, "needs root, dockerd and crun: run Compat/setup"))
struct DockershimIntegrationTests {
    @Test("a pod lives and leaves nothing, in both eras")
    func life() async throws {
        try await Dockerd.with { dockerd in
            for era in Era.allCases {
                let pod = try await DockershimPod(era, dockerd)
                try await pod.serving { try await life(of: pod) }
            }
            try await DockershimPod.removeBridge()
        }
    }

    private func life(of pod: DockershimPod) async throws {
        let sandbox = try await pod.run("web")
        let status = try #require(try await pod.sandboxStatus(sandbox))
        #expect(status.state == .sandboxReady)
        #expect(status.network?.ip.hasPrefix("10.88.21.") == true)
        #expect(status.metadata == PodSandboxMetadata(name: "web", uid: "uid-web", namespace: "ns"))
        #expect(status.labels["app"] == "web" && status.annotations == ["note": "of the pod"])
        #expect(pod.leases == [status.network?.ip])

        let shared = Mount(containerPath: "/shared", hostPath: pod.dockerd.folder + "/shared")
        let id = try await pod.create(
            "app", in: sandbox, of: "web", script: "echo $GREETING; echo wrong >&2; while :; do sleep 1; done",
            mounts: [shared])
        #expect(try await pod.status(id)?.state == .containerCreated)
        try await pod.start(id)
        do {
            try await pod.start(id)
            #expect(pod.era == .dockershim120)
        } catch let error as OxbowError {
            #expect(pod.era == .current && error.kind == .wrongState)
        }
        try await running(id, in: pod, sandbox: sandbox, address: status.network?.ip ?? "")
        try await commands(id, in: pod)
        try await figures(id, in: pod)

        try await pod.stopContainer(id)
        try await pod.stopContainer(id)
        let ended = try #require(try await pod.status(id))
        #expect(ended.state == .containerExited && ended.reason == "Error" && ended.exitCode == 137)
        try await pod.removeContainer(id)
        // A link goes with what it leads to; a log is the kubelet's to remove.
        #expect(Files.exists(pod.logFolder + "/app/0.log") == (pod.era == .current))
        try await pod.stop(sandbox)
        try await pod.stop(sandbox)
        #expect(try await pod.sandboxStatus(sandbox)?.state == .sandboxNotready)
        #expect(pod.leases.isEmpty)
        try await pod.remove(sandbox)
        try await pod.remove(sandbox)
        #expect(pod.checkpoints.isEmpty)
        #expect(try await pod.dockerd.containers() == "[]\n")
    }

    private func running(_ id: String, in pod: DockershimPod, sandbox: String, address: String) async throws {
        let status = try #require(try await pod.status(id))
        #expect(status.state == .containerRunning)
        #expect(status.metadata == ContainerMetadata(name: "app", attempt: 1))
        #expect(status.image?.image == "busybox:latest")
        #expect(status.mounts.map(\.containerPath) == ["/shared"])
        #expect(status.annotations == ["note": "of the container"])
        #expect((status.finishedAt == 0) == (pod.era == .current))
        #expect(status.imageRef.hasPrefix(pod.era == .current ? "sha256:" : "docker://sha256:"))

        let list = try await pod.shim.listContainers(ListContainersRequest(), pod.context("ListContainers")).containers
        #expect(list.map(\.id) == [id] && list.first?.podSandboxId == sandbox)
        let filter = PodSandboxFilter(state: PodSandboxStateValue(state: .sandboxReady), labelSelector: ["app": "web"])
        let pods = try await pod.shim.listPodSandbox(
            ListPodSandboxRequest(filter: filter), pod.context("ListPodSandbox"))
        #expect(pods.items.map(\.id) == [sandbox])

        let log = try await settled {
            String(decoding: try Files.read(pod.logFolder + "/app/0.log"), as: UTF8.self)
        } until: {
            $0.contains("wrong")
        }
        #expect(
            log.contains(pod.era == .current ? "Z stdout F hello\n" : #"{"log":"hello\n","stream":"stdout""#), "\(log)")
        let resolv = try await pod.exec(id, "cat /etc/resolv.conf")
        let expected = "nameserver 10.96.0.10\nsearch svc.local\noptions ndots:5\n"
        #expect(String(decoding: resolv.stdout, as: UTF8.self) == expected)
        let addresses = try await pod.exec(id, "ip -o -4 addr show dev eth0")
        #expect(String(decoding: addresses.stdout, as: UTF8.self).contains(address))
    }

    private func commands(_ id: String, in pod: DockershimPod) async throws {
        let answer = try await pod.exec(id, "echo out; echo err >&2; exit 7")
        #expect(answer == ExecSyncResponse(stdout: Array("out\n".utf8), stderr: Array("err\n".utf8), exitCode: 7))
        do {
            _ = try await pod.exec(id, "sleep 4242; true", timeout: 1)
            Issue.record("a command without end had an answer")
        } catch let error as OxbowError {
            #expect(pod.era.status(error).code == .deadlineExceeded)
        }
        let left = try await settled {
            try await pod.exec(id, "ps | grep -c '[s]leep 4242'").stdout
        } until: {
            $0 == Array("0\n".utf8) || pod.era == .dockershim120
        }
        #expect((left == Array("0\n".utf8)) == (pod.era == .current))
        let long = try await pod.exec(id, "dd if=/dev/zero bs=1024 count=2048 2>/dev/null")
        #expect(long.stdout.count == 2 << 20)
    }

    private func figures(_ id: String, in pod: DockershimPod) async throws {
        let stats = try await pod.shim.containerStats(
            ContainerStatsRequest(containerId: id), pod.context("ContainerStats"))
        #expect(stats.stats?.cpu?.usageCoreNanoSeconds?.value ?? 0 > 0)
        #expect((stats.stats?.memory?.workingSetBytes?.value ?? 0 > 0) == (pod.era == .current))
        #expect(stats.stats?.writableLayer?.fsId?.mountpoint == pod.dockerd.folder + "/data")
        let all = try await pod.shim.listContainerStats(ListContainerStatsRequest(), pod.context("ListContainerStats"))
        #expect(all.stats.map { $0.attributes?.id } == [id])

        let limits = LinuxContainerResources(cpuShares: 512, memoryLimitInBytes: 128 << 20)
        let request = UpdateContainerResourcesRequest(containerId: id, linux: limits)
        do {
            _ = try await pod.shim.updateContainerResources(request, pod.context("UpdateContainerResources"))
            #expect(pod.era == .current)
        } catch {
            // Docker will not raise the limit above that of memory and swap, which 1.20 does not send.
            #expect(pod.era == .dockershim120)
            #expect(error.message.contains("memoryswap"))
        }
        let images = try await pod.shim.imageFsInfo(ImageFsInfoRequest(), pod.context("ImageFsInfo")).imageFilesystems
        #expect(images.first?.usedBytes?.value ?? 0 > 0)
    }

    @Test("a bridge that was restarted finds its pods and undoes their networks")
    func restart() async throws {
        try await Dockerd.with { dockerd in
            for era in Era.allCases {
                let sandbox = try await DockershimPod(era, dockerd).run("old")
                let pod = try await DockershimPod(era, dockerd)
                #expect(try await pod.sandboxStatus(sandbox)?.network?.ip == pod.leases.first)
                try await pod.stop(sandbox)
                #expect(pod.leases.isEmpty)
                try await pod.remove(sandbox)
                #expect(try await dockerd.containers() == "[]\n")
            }
            try await DockershimPod.removeBridge()
        }
    }

    @Test("today a sandbox takes its running containers with it, and what is gone is NOT_FOUND or no error")
    func current() async throws {
        try await Dockerd.with { dockerd in
            let pod = try await DockershimPod(.current, dockerd)
            try await pod.serving { try await current(pod) }
            try await DockershimPod.removeBridge()
        }
    }

    private func current(_ pod: DockershimPod) async throws {
        let sandbox = try await pod.run("one")
        let id = try await pod.create("app", in: sandbox, of: "one", script: "while :; do sleep 1; done")
        try await pod.start(id)
        try await pod.stop(sandbox)
        #expect(try await pod.status(id)?.state == .containerExited)
        try await pod.remove(sandbox)
        try await pod.stopContainer(id)
        try await pod.removeContainer(id)
        await #expect(throws: OxbowError.self) { try await pod.status(id) }
        do {
            _ = try await pod.sandboxStatus(sandbox)
            Issue.record("a removed sandbox has a status")
        } catch let error as OxbowError {
            #expect(error.kind == .missing)
        }
        try await unstarted(in: pod)
    }

    private func unstarted(in pod: DockershimPod) async throws {
        let sandbox = try await pod.run("two")
        var config = ContainerConfig(
            metadata: ContainerMetadata(name: "bad"), image: ImageSpec(image: "localhost/busybox:trace"),
            command: ["/no/such"])
        config.linux = LinuxContainerConfig()
        let request = CreateContainerRequest(podSandboxId: sandbox, config: config, sandboxConfig: pod.config("two"))
        let id = try await pod.shim.createContainer(request, pod.context("CreateContainer")).containerId
        await #expect(throws: OxbowError.self) { try await pod.start(id) }
        let status = try #require(try await pod.status(id))
        #expect(status.state == .containerExited && status.reason == "StartError")
        #expect(status.startedAt == status.createdAt)
        try await pod.remove(sandbox)
        #expect(pod.leases.isEmpty)
        #expect(try await pod.dockerd.containers() == "[]\n")
    }

    /// Looks again until it holds, for ten seconds at most.
    private func settled<Value>(
        _ look: () async throws -> Value, until holds: (Value) -> Bool
    ) async throws -> Value {
        for _ in 0..<100 {
            let value = try await look()
            if holds(value) { return value }
            try await Task.sleep(for: .milliseconds(100))
        }
        return try await look()
    }
}
