import CRI
import CRIServer
import Core
import Faults
import NIOCore
import TestSupport
import Testing

@testable import DirectCRI

@Suite("Containers on the direct path")
struct ContainerTests {
    private func status(_ fixture: DirectCRIFixture, _ id: String) async throws -> CRI.ContainerStatus {
        try #require(
            try await fixture.cri.containerStatus(ContainerStatusRequest(containerId: id), fixture.context).status)
    }

    @Test("a container goes from created to running to exited, with its code and reason")
    func life() async throws {
        let fixture = try DirectCRIFixture()
        let pod = try await fixture.runPod()
        let id = try await fixture.createContainer(in: pod, DirectCRIFixture.containerConfig())
        #expect(try await status(fixture, id).state == .containerCreated)
        _ = try await fixture.cri.startContainer(StartContainerRequest(containerId: id), fixture.context)
        #expect(try await status(fixture, id).state == .containerRunning)
        fixture.core.finish(id, code: 3)
        let end = try await status(fixture, id)
        #expect(end.state == .containerExited)
        #expect(end.exitCode == 3)
        #expect(end.reason == "Error")
        #expect(end.logPath == "/var/log/pods/web/main/0.log")
    }

    @Test(
        "reasons are spelled as kubelets compare them",
        arguments: [(0, false, "Completed"), (1, false, "Error"), (137, true, "OOMKilled")])
    func reasons(code: Int32, oomKilled: Bool, reason: String) async throws {
        let fixture = try DirectCRIFixture()
        let id = try await fixture.createContainer(in: try await fixture.runPod(), DirectCRIFixture.containerConfig())
        _ = try await fixture.cri.startContainer(StartContainerRequest(containerId: id), fixture.context)
        fixture.core.finish(id, code: code, oomKilled: oomKilled)
        #expect(try await status(fixture, id).reason == reason)
    }

    @Test("the command replaces the image's entrypoint and command, arguments alone only the command")
    func commandOverImage() async throws {
        let fixture = try DirectCRIFixture()
        let pod = try await fixture.runPod()
        func arguments(_ name: String, command: [String], args: [String]) async throws -> [String] {
            var config = DirectCRIFixture.containerConfig(name, command: command)
            config.args = args
            let id = try await fixture.createContainer(in: pod, config)
            return try #require(await fixture.core.container(id)).spec.process.arguments
        }
        #expect(try await arguments("a", command: [], args: []) == ["/bin/sh"])
        #expect(try await arguments("b", command: ["/bin/echo"], args: []) == ["/bin/echo"])
        #expect(try await arguments("c", command: [], args: ["-c", "true"]) == ["-c", "true"])
        #expect(try await arguments("d", command: ["/bin/echo"], args: ["x"]) == ["/bin/echo", "x"])
    }

    @Test("variables override the image's in place, and HOSTNAME is the sandbox's")
    func environment() async throws {
        let fixture = try DirectCRIFixture()
        var config = DirectCRIFixture.containerConfig()
        config.envs = [KeyValue(key: "LANG", value: Array("de".utf8)), KeyValue(key: "A", value: Array("1=2".utf8))]
        let id = try await fixture.createContainer(in: try await fixture.runPod(), config)
        let environment = try #require(await fixture.core.container(id)).spec.process.environment
        #expect(environment == ["PATH=/bin", "LANG=de", "HOSTNAME=web", "A=1=2"])
    }

    @Test("namespaces follow the options: unset shares the pod's PID namespace, as the enum says")
    func namespaces() async throws {
        let fixture = try DirectCRIFixture()
        let pod = try await fixture.runPod()
        func pid(_ name: String, _ options: NamespaceOption?) async throws -> NamespaceSpec.Source {
            var config = DirectCRIFixture.containerConfig(name)
            config.linux = LinuxContainerConfig(
                securityContext: LinuxContainerSecurityContext(namespaceOptions: options))
            let id = try await fixture.createContainer(in: pod, config)
            return try #require(await fixture.core.container(id)).spec.namespaces.pid
        }
        #expect(try await pid("a", nil) == .container(pod))
        #expect(try await pid("b", NamespaceOption(pid: .container)) == .own)
        #expect(try await pid("c", NamespaceOption(pid: .node)) == .host)
        let target = try await fixture.createContainer(in: pod, DirectCRIFixture.containerConfig("t"))
        let notRunning = await #expect(throws: OxbowError.self) {
            try await pid("d", NamespaceOption(pid: .target, targetId: target))
        }
        #expect(notRunning?.kind == .wrongState)
        _ = try await fixture.cri.startContainer(StartContainerRequest(containerId: target), fixture.context)
        #expect(try await pid("d", NamespaceOption(pid: .target, targetId: target)) == .container(target))
        let other = try await fixture.runPod(DirectCRIFixture.podConfig("other"))
        let elsewhere = DirectCRIFixture.podConfig("other")
        var config = DirectCRIFixture.containerConfig("e")
        config.linux = LinuxContainerConfig(
            securityContext: LinuxContainerSecurityContext(
                namespaceOptions: NamespaceOption(pid: .target, targetId: target)))
        let strange = config
        let foreign = await #expect(throws: OxbowError.self) {
            try await fixture.createContainer(in: other, strange, podConfig: elsewhere)
        }
        #expect(foreign?.kind == .badRequest)
    }

    @Test("a container needs a sandbox that is ready and an image that is there")
    func preconditions() async throws {
        let fixture = try DirectCRIFixture()
        let pod = try await fixture.runPod()
        var config = DirectCRIFixture.containerConfig()
        config.image = ImageSpec(image: "nosuch:1")
        let noImage = await #expect(throws: OxbowError.self) { try await fixture.createContainer(in: pod, config) }
        #expect(noImage?.kind == .missing)
        _ = try await fixture.cri.stopPodSandbox(StopPodSandboxRequest(podSandboxId: pod), fixture.context)
        let stopped = await #expect(throws: OxbowError.self) {
            try await fixture.createContainer(in: pod, DirectCRIFixture.containerConfig())
        }
        #expect(stopped?.kind == .wrongState)
    }

    @Test("stop and remove of unknown containers succeed, status of one is NotFound")
    func unknown() async throws {
        let fixture = try DirectCRIFixture()
        _ = try await fixture.cri.stopContainer(StopContainerRequest(containerId: "no"), fixture.context)
        _ = try await fixture.cri.removeContainer(RemoveContainerRequest(containerId: "no"), fixture.context)
        let error = await #expect(throws: OxbowError.self) { try await status(fixture, "no") }
        #expect(error?.kind == .missing)
    }

    @Test("exec answers output and exit code; a non-zero code is no error")
    func execSync() async throws {
        let fixture = try DirectCRIFixture()
        let id = try await fixture.createContainer(in: try await fixture.runPod(), DirectCRIFixture.containerConfig())
        _ = try await fixture.cri.startContainer(StartContainerRequest(containerId: id), fixture.context)
        fixture.core.onExec { _, _ in
            .init(
                code: 7,
                output: [
                    OutputChunk(stream: .stdout, bytes: ByteBuffer(string: "out")),
                    OutputChunk(stream: .stderr, bytes: ByteBuffer(string: "err")),
                ])
        }
        let answer = try await fixture.cri.execSync(ExecSyncRequest(containerId: id, cmd: ["x"]), fixture.context)
        #expect(answer == ExecSyncResponse(stdout: Array("out".utf8), stderr: Array("err".utf8), exitCode: 7))
    }

    @Test("exec past its timeout is killed and answers DeadlineExceeded")
    func execTimeout() async throws {
        let fixture = try DirectCRIFixture()
        let id = try await fixture.createContainer(in: try await fixture.runPod(), DirectCRIFixture.containerConfig())
        _ = try await fixture.cri.startContainer(StartContainerRequest(containerId: id), fixture.context)
        fixture.core.onExec { _, _ in .init(echoesInput: true) }
        let error = await #expect(throws: OxbowError.self) {
            try await fixture.cri.execSync(ExecSyncRequest(containerId: id, cmd: ["x"], timeout: 1), fixture.context)
        }
        #expect(error?.kind == .tooLate)
    }

    @Test("exec in a container that does not run is refused")
    func execStopped() async throws {
        let fixture = try DirectCRIFixture()
        let id = try await fixture.createContainer(in: try await fixture.runPod(), DirectCRIFixture.containerConfig())
        let error = await #expect(throws: OxbowError.self) {
            try await fixture.cri.execSync(ExecSyncRequest(containerId: id, cmd: ["x"]), fixture.context)
        }
        #expect(error?.kind == .wrongState)
    }
}
