import CRI
import DockerAPI
import Testing

@testable import Dockershim

@Suite("Create and update bodies")
struct BodyTests {
    private let limits = LinuxContainerResources(
        cpuPeriod: 100_000, cpuQuota: 50_000, cpuShares: 512, memoryLimitInBytes: 1 << 20, oomScoreAdj: 3,
        cpusetCpus: "0-1",
        cpusetMems: "0", memorySwapLimitInBytes: 1 << 21)

    private func sandboxBody(
        _ config: PodSandboxConfig, _ era: Era, driver: String = "cgroupfs", handler: String = ""
    ) throws -> ContainerCreateRequest {
        try SandboxBody(era: era, pauseImage: "pause", pluggedNetwork: true, cgroupDriver: driver)
            .request(config, runtimeHandler: handler)
    }

    private func containerBody(_ config: CRI.ContainerConfig, _ era: Era) throws -> HostConfig {
        let sandbox = PodSandboxConfig(linux: LinuxPodSandboxConfig(cgroupParent: "/a/b"))
        let body = ContainerBody(era: era, cgroupDriver: "systemd", runtimeHandler: "", seccomp: ["seccomp=unconfined"])
        return try #require(try body.request(config, sandbox: sandbox, sandboxID: "s").hostConfig)
    }

    @Test("a sandbox without linux lands on Docker's bridge in 1.20 only", arguments: Era.allCases)
    func sandboxWithoutLinux(era: Era) throws {
        let host = try #require(try sandboxBody(PodSandboxConfig(), era).hostConfig)
        #expect(host.networkMode == (era == .current ? "none" : ""))
        #expect(host.securityOpt == ["no-new-privileges"])
        #expect(host.shmSize == 67_108_864)
        #expect(host.resources.cpuShares == 2)
        #expect(host.oomScoreAdj == -998)
    }

    @Test("a privileged sandbox is privileged to Docker only today", arguments: Era.allCases)
    func privilegedSandbox(era: Era) throws {
        let security = LinuxSandboxSecurityContext(
            selinuxOptions: SELinuxOption(level: "s0"), runAsUser: Int64Value(value: 5), readonlyRootfs: true,
            supplementalGroups: [4], privileged: true)
        let body = try sandboxBody(
            PodSandboxConfig(linux: LinuxPodSandboxConfig(securityContext: security)), era, handler: "runc")
        let host = try #require(body.hostConfig)
        #expect(host.privileged == (era == .current))
        #expect(host.runtime == (era == .current ? "runc" : ""))
        #expect(body.config.user == "5")
        #expect(host.groupAdd == ["4"])
        #expect(host.readonlyRootfs)
        #expect(host.securityOpt == ["label=level:s0", "no-new-privileges"])
    }

    @Test(
        "cgroup parents are whole paths for cgroupfs and last names for systemd",
        arguments: [
            ("cgroupfs", "/kubepods.slice/pod.slice"), ("systemd", "pod.slice"),
        ])
    func cgroupParents(driver: String, parent: String) throws {
        let config = PodSandboxConfig(linux: LinuxPodSandboxConfig(cgroupParent: "/kubepods.slice/pod.slice"))
        #expect(try sandboxBody(config, .current, driver: driver).hostConfig?.resources.cgroupParent == parent)
    }

    @Test(
        "memory and swap are one limit, so that there is no swap; today the CRI may ask for some",
        arguments: Era.allCases)
    func limitsAtCreate(era: Era) throws {
        let host = try containerBody(ContainerConfig(linux: LinuxContainerConfig(resources: limits)), era)
        #expect(host.resources.cpuShares == 512)
        #expect(host.resources.cpuPeriod == 100_000)
        #expect(host.resources.cpuQuota == 50_000)
        #expect(host.resources.memory == 1 << 20)
        #expect(host.resources.memorySwap == (era == .current ? 1 << 21 : 1 << 20))
        #expect(host.resources.cpusetCpus == (era == .current ? "0-1" : ""))
        #expect(host.resources.cpusetMems == (era == .current ? "0" : ""))
        #expect(host.oomScoreAdj == 3)
        #expect(host.resources.cgroupParent == "b")
    }

    @Test("an update leaves swap alone in 1.20", arguments: Era.allCases)
    func limitsInUpdates(era: Era) {
        var asked = limits
        asked.memorySwapLimitInBytes = 0
        let update = ResourceEncoding.update(asked, era: era)
        #expect(update.resources.memory == 1 << 20)
        #expect(update.resources.memorySwap == (era == .current ? 1 << 20 : 0))
        #expect(update.resources.cpusetCpus == "0-1")
        #expect(update.restartPolicy == RestartPolicy())
    }

    @Test("an empty list of masked paths unmasks today, and means Docker's own list in 1.20", arguments: Era.allCases)
    func maskedPaths(era: Era) throws {
        let config = ContainerConfig(linux: LinuxContainerConfig(securityContext: LinuxContainerSecurityContext()))
        let host = try containerBody(config, era)
        #expect(host.maskedPaths == (era == .current ? [] : nil))
        #expect(host.readonlyPaths == (era == .current ? [] : nil))
    }

    @Test("a privileged container has no masked paths of its own")
    func privilegedContainer() throws {
        let security = LinuxContainerSecurityContext(
            capabilities: Capability(addCapabilities: ["ALL"], dropCapabilities: ["NET_RAW"]), privileged: true,
            noNewPrivs: true, maskedPaths: ["/proc/kcore"], apparmorProfile: "localhost/p")
        let host = try containerBody(
            ContainerConfig(linux: LinuxContainerConfig(securityContext: security)), .dockershim120)
        #expect(host.maskedPaths == nil)
        #expect(host.privileged)
        #expect(host.capAdd == ["ALL"])
        #expect(host.capDrop == ["NET_RAW"])
        #expect(host.securityOpt == ["apparmor=p", "no-new-privileges", "seccomp=unconfined"])
    }

    @Test("a container without linux leaves the pod in 1.20 only", arguments: Era.allCases)
    func containerWithoutLinux(era: Era) throws {
        let host = try containerBody(ContainerConfig(), era)
        #expect(host.networkMode == (era == .current ? "container:s" : ""))
        #expect(host.securityOpt == ["seccomp=unconfined"])
        #expect(host.restartPolicy.name == "no")
        #expect(host.binds == [])
        #expect(host.resources.devices == [])
    }

    @Test("command, arguments, environment and stop signal")
    func process() throws {
        let config = ContainerConfig(
            image: ImageSpec(image: "i"), command: ["/bin/a"], args: ["b"], workingDir: "/w",
            envs: [KeyValue(key: "K", value: Array("v=1".utf8))], stdin: true, stdinOnce: true, tty: true,
            stopSignal: .signalSigusr1)
        let body = ContainerBody(era: .current, cgroupDriver: "cgroupfs", runtimeHandler: "runc", seccomp: [])
        let container = try body.request(config, sandbox: PodSandboxConfig(), sandboxID: "s")
        #expect(container.config.entrypoint == ["/bin/a"])
        #expect(container.config.cmd == ["b"])
        #expect(container.config.env == ["K=v=1"])
        #expect(container.config.image == "i")
        #expect(container.config.workingDir == "/w")
        #expect(container.config.stopSignal == "SIGUSR1")
        #expect(container.config.healthcheck?.test == ["NONE"])
        #expect(container.config.openStdin && container.config.stdinOnce && container.config.tty)
        #expect(container.hostConfig?.runtime == "runc")
        let old = ContainerBody(era: .dockershim120, cgroupDriver: "cgroupfs", runtimeHandler: "runc", seccomp: [])
        let before = try old.request(config, sandbox: PodSandboxConfig(), sandboxID: "s")
        #expect(before.config.stopSignal == "")
        #expect(before.hostConfig?.runtime == "")
    }
}
