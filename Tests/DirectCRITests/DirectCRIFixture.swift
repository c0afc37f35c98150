import CRI
import CRIServer
import Core
import Logging
import NIOCore
import OCI
import TestSupport

@testable import DirectCRI

/// A direct CRI over a fake core that has the two built-in images.
struct DirectCRIFixture {
    let core: FakeCore
    let cri: DirectCRI
    let context = CallContext(api: .v1)

    init() throws {
        core = FakeCore(images: [
            try Self.image("localhost/pause:1", entrypoint: ["/catatonit", "-P"]),
            try Self.image("localhost/busybox:trace", command: ["/bin/sh"], environment: ["PATH=/bin", "LANG=C"]),
        ])
        cri = DirectCRI(core: core, configuration: .init(runtimeVersion: "1.2.3"), logger: Logger(label: "test"))
    }

    static func image(
        _ name: String, entrypoint: [String] = [], command: [String] = [], environment: [String] = [], user: String = ""
    ) throws -> ImageRecord {
        ImageRecord(
            id: Digest.of(ByteBuffer(string: name)), tags: [try Reference(parsing: name)], digests: [],
            config: ImageConfig(
                user: user, environment: environment, entrypoint: entrypoint, command: command, workingDirectory: "",
                labels: [:], exposedPorts: [], volumes: [], stopSignal: "", architecture: "amd64", os: "linux",
                author: "", created: "", history: [], layerDiffIDs: []),
            size: 1000, createdAt: 0, lastTagged: 0, pinned: false)
    }

    static func podConfig(_ name: String = "web", attempt: UInt32 = 0) -> PodSandboxConfig {
        PodSandboxConfig(
            metadata: PodSandboxMetadata(name: name, uid: "uid-\(name)", namespace: "default", attempt: attempt),
            hostname: name, logDirectory: "/var/log/pods/\(name)", labels: ["app": name],
            annotations: ["note": "kept"])
    }

    func runPod(_ config: PodSandboxConfig = podConfig()) async throws -> String {
        try await cri.runPodSandbox(RunPodSandboxRequest(config: config), context).podSandboxId
    }

    func createContainer(
        in pod: String, _ config: ContainerConfig, podConfig: PodSandboxConfig = podConfig()
    ) async throws -> String {
        try await cri.createContainer(
            CreateContainerRequest(podSandboxId: pod, config: config, sandboxConfig: podConfig), context
        ).containerId
    }

    static func containerConfig(_ name: String = "main", command: [String] = ["/bin/sleep", "1"]) -> ContainerConfig {
        ContainerConfig(
            metadata: ContainerMetadata(name: name), image: ImageSpec(image: "localhost/busybox:trace"),
            command: command, logPath: "\(name)/0.log")
    }
}
