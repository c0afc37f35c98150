import GRPC
import CRI
import DockerAPI
import Faults
import NIOCore
import Testing

@testable import Dockershim

@Suite("Answers that differ between the eras")
struct EraAnswerTests {
    private static let gone = DockerAnswer.refusal(404, "No such container: ff00")

    @Test(
        "stopping and removing a container that is gone",
        arguments: [(Era.current, nil), (.dockershim120, .unknown)] as [(Era, GRPCStatus.Code?)])
    func gone(era: Era, expected: GRPCStatus.Code?) async {
        let shim = Bridge(era, ScriptedDaemon { _ in Self.gone }).shim
        #expect(
            await code(era) {
                _ = try await shim.stopContainer(StopContainerRequest(containerId: "ff00"), .test("StopContainer"))
            }
                == expected)
        #expect(
            await code(era) {
                _ = try await shim.removeContainer(
                    RemoveContainerRequest(containerId: "ff00"), .test("RemoveContainer"))
            }
                == expected)
    }

    @Test(
        "the status of what is gone is NOT_FOUND today, UNKNOWN in 1.20",
        arguments: [(Era.current, GRPCStatus.Code.notFound), (.dockershim120, .unknown)])
    func status(era: Era, expected: GRPCStatus.Code) async {
        let shim = Bridge(era, ScriptedDaemon { _ in Self.gone }).shim
        #expect(
            await code(era) {
                _ = try await shim.containerStatus(
                    ContainerStatusRequest(containerId: "ff00"), .test("ContainerStatus"))
            } == expected)
        #expect(
            await code(era) {
                _ = try await shim.podSandboxStatus(
                    PodSandboxStatusRequest(podSandboxId: "ff00"), .test("PodSandboxStatus"))
            } == expected)
    }

    @Test(
        "an inspection's 404 is in the old client's words in 1.20",
        arguments: [
            (Era.current, "Error response from daemon: No such container: ff00"),
            (.dockershim120, "Error: No such container: ff00"),
        ])
    func words(era: Era, text: String) async {
        let shim = Bridge(era, ScriptedDaemon { _ in Self.gone }).shim
        do {
            _ = try await shim.containerStatus(ContainerStatusRequest(containerId: "ff00"), .test("ContainerStatus"))
            Issue.record("a missing container has a status")
        } catch {
            #expect(error.message == text)
        }
    }

    @Test(
        "image references of a status have a scheme in 1.20 only",
        arguments: [
            (Era.current, [], "", Sample.imageID), (.dockershim120, [], "docker://", Sample.imageID),
            (.current, ["busybox@sha256:1"], "", "busybox@sha256:1"),
            (.dockershim120, ["busybox@sha256:1"], "docker-pullable://", "busybox@sha256:1"),
        ])
    func imageReferences(era: Era, digests: [String], scheme: String, reference: String) async throws {
        let shim = Bridge(
            era,
            ScriptedDaemon { request in
                request.path.contains("/images/")
                    ? .json(Sample.image { $0.repoDigests = digests }) : Sample.answer(request)
            }
        ).shim
        let status = try await shim.containerStatus(
            ContainerStatusRequest(containerId: "c1"), .test("ContainerStatus")
        ).status
        #expect(status?.imageRef == scheme + reference)
        #expect(status?.image?.image == "localhost/pause:1")
        #expect(status?.imageId == (era == .current ? Sample.imageID : ""))
        #expect(status?.finishedAt == (era == .current ? 0 : -6_795_364_578_871_345_152))
        #expect(status?.metadata == ContainerMetadata(name: "app", attempt: 3))
    }

    @Test("a container outlives its image")
    func imageGone() async throws {
        let shim = Bridge(
            .current,
            ScriptedDaemon { request in
                request.path.contains("/images/") ? .refusal(404, "No such image: x") : Sample.answer(request)
            }
        ).shim
        let status = try await shim.containerStatus(
            ContainerStatusRequest(containerId: "c1"), .test("ContainerStatus")
        ).status
        #expect(status?.image?.image == "busybox")
        #expect(status?.imageRef == Sample.imageID)
    }

    @Test("an absent image is an empty answer in both", arguments: Era.allCases)
    func absentImage(era: Era) async throws {
        let daemon = ScriptedDaemon { _ in .refusal(404, "No such image: x") }
        let shim = Bridge(era, daemon).shim
        let answer = try await shim.imageStatus(ImageStatusRequest(image: ImageSpec(image: "x")), .test("ImageStatus"))
        #expect(answer == ImageStatusResponse())
        #expect(daemon.calls.count == (era == .current ? 1 : 2))
    }

    @Test("a tag removes the image today, and nothing in 1.20", arguments: [(Era.current, 1), (.dockershim120, 0)])
    func removeByTag(era: Era, removals: Int) async throws {
        let daemon = ScriptedDaemon { request in Sample.answer(request) }
        let shim = Bridge(era, daemon).shim
        _ = try await shim.removeImage(
            RemoveImageRequest(image: ImageSpec(image: "localhost/pause:1")), .test("RemoveImage"))
        #expect(daemon.calls.filter { $0.hasPrefix("DELETE") }.count == removals)
    }

    @Test("image sizes are virtual in 1.20, and the pause image is pinned today", arguments: Era.allCases)
    func sizes(era: Era) async throws {
        let shim = Bridge(era, ScriptedDaemon { request in Sample.answer(request) }).shim
        let image = try await shim.imageStatus(
            ImageStatusRequest(image: ImageSpec(image: "localhost/pause:1")), .test("ImageStatus")
        ).image
        #expect(image?.size == (era == .current ? 10 : 20))
        #expect(image?.pinned == (era == .current))
    }

    @Test(
        "runtime handlers other than docker are unknown to 1.20",
        arguments: [
            (Era.current, "runc", nil), (.current, "docker", nil), (.current, "gvisor", .invalidArgument),
            (.dockershim120, "docker", nil), (.dockershim120, "runc", .unknown),
        ] as [(Era, String, GRPCStatus.Code?)])
    func handlers(era: Era, handler: String, expected: GRPCStatus.Code?) async {
        let bridge = Bridge(era, ScriptedDaemon { request in Sample.answer(request) })
        defer { bridge.cleanUp() }
        #expect(
            await code(era) {
                _ = try await bridge.shim.runPodSandbox(
                    RunPodSandboxRequest(config: Sample.pod, runtimeHandler: handler), .test("RunPodSandbox"))
            } == expected)
    }

    @Test("RuntimeConfig tells the daemon's cgroup driver, and is unknown to 1.20")
    func runtimeConfig() async throws {
        let new = Bridge(.current, ScriptedDaemon { request in Sample.answer(request) }).shim
        let answer = try await new.runtimeConfig(RuntimeConfigRequest(), .test("RuntimeConfig"))
        #expect(answer.linux?.cgroupDriver == .cgroupfs)
        let old = Bridge(.dockershim120, ScriptedDaemon { request in Sample.answer(request) }).shim
        #expect(
            await code(.dockershim120) {
                _ = try await old.runtimeConfig(RuntimeConfigRequest(), .test("RuntimeConfig"))
            }
                == .unimplemented)
    }

    @Test("in 1.20 logs are never opened anew")
    func reopen() async {
        let era = Era.dockershim120
        let shim = Bridge(era, ScriptedDaemon { _ in .done }).shim
        do {
            _ = try await shim.reopenContainerLog(
                ReopenContainerLogRequest(containerId: "c"), .test("ReopenContainerLog"))
            Issue.record("a log was reopened")
        } catch {
            #expect(era.status(error).code == .unknown)
            #expect(error.message == "docker does not support reopening container log files")
        }
    }

    @Test("a daemon that does not answer is a condition, not an error", arguments: Era.allCases)
    func daemonDown(era: Era) async throws {
        let daemon = ScriptedDaemon { _ throws(DockerFailure) in throw .unreachable(endpoint: "unix:///x") }
        let bridge = Bridge(era, network: FakeNetwork(problem: "cni config uninitialized"), daemon)
        if era == .dockershim120 {
            let status = try await bridge.shim.status(StatusRequest(), .test("Status")).status
            #expect(status?.conditions.first?.status == false)
            #expect(status?.conditions.first?.reason == "DockerDaemonNotReady")
            #expect(
                status?.conditions.first?.message.hasPrefix("docker: failed to get docker version: Cannot connect")
                    == true)
            #expect(status?.conditions.last?.reason == "NetworkPluginNotReady")
            #expect(
                status?.conditions.last?.message == "docker: network plugin is not ready: cni config uninitialized")
        }
        #expect(
            await code(era) { _ = try await bridge.shim.version(VersionRequest(), .test("Version")) }
                == (era == .current ? .unavailable : .unknown))
    }

    @Test(
        "states in a list",
        arguments: [(Era.current, CRI.ContainerState.containerRunning), (.dockershim120, .containerUnknown)])
    func states(era: Era, expected: CRI.ContainerState) async throws {
        let shim = Bridge(
            era,
            ScriptedDaemon { _ in
                var summary = Sample.summary("c1")
                summary.state = "restarting"
                summary.status = "Restarting (1) 2 seconds ago"
                return .json([summary])
            }
        ).shim
        let list = try await shim.listContainers(ListContainersRequest(), .test("ListContainers")).containers
        #expect(list.map(\.state) == [expected])
        #expect(list.first?.podSandboxId == "s1")
        #expect(list.first?.createdAt == 1_795_494_029_000_000_000)
    }

    @Test("a list passes over containers with foreign names")
    func foreignNames() async throws {
        let shim = Bridge(
            .current,
            ScriptedDaemon { _ in
                var foreign = Sample.summary("c2")
                foreign.names = ["/nginx"]
                return .json([foreign, Sample.summary("c1")])
            }
        ).shim
        let list = try await shim.listContainers(ListContainersRequest(), .test("ListContainers")).containers
        #expect(list.map(\.id) == ["c1"])
    }

    @Test("an image list filtered by an id", arguments: [(Era.current, 1), (.dockershim120, 0)])
    func filterByID(era: Era, count: Int) async throws {
        let daemon = ScriptedDaemon { request in
            var image = ImageSummary()
            image.id = Sample.imageID
            return .json(request.query.isEmpty ? [image] : [])
        }
        for wanted in [Sample.imageID, String(Sample.imageID.dropFirst("sha256:".count))] {
            let filter = ImageFilter(image: ImageSpec(image: wanted))
            let answer = try await Bridge(era, daemon).shim.listImages(
                ListImagesRequest(filter: filter), .test("ListImages"))
            #expect(answer.images.count == count)
        }
    }

    @Test("a sandbox that nobody knows is stopped without its network today", arguments: Era.allCases)
    func unknownSandbox(era: Era) async throws {
        let bridge = Bridge(
            era,
            ScriptedDaemon { request in
                request.path.hasSuffix("/containers/json") ? .text("[]") : .refusal(404, "No such container: ff00")
            })
        let request = StopPodSandboxRequest(podSandboxId: "ff00")
        _ = try await bridge.shim.stopPodSandbox(request, .test("StopPodSandbox"))
        #expect(bridge.network.log == (era == .current ? [] : ["detach  "]))
    }

    @Test("a limit of the daemon's own words ends a command")
    func systemError() {
        var output = ExecOutput(era: .current)
        #expect(throws: DockerFailure.malformed("no space")) {
            try output.receive(StreamFrame(.systemError, ByteBuffer(string: "no space")))
        }
    }
}
