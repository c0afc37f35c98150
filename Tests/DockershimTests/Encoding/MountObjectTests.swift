import CDI
import CRI
import DockerAPI
import Testing

@testable import Dockershim

@Suite("Mounts and devices that a bind string cannot say")
struct MountObjectTests {
    @Test("images, recursive read-only mounts and paths with a colon are objects, all else is a string")
    func choice() {
        #expect(!MountEncoding.needsObject(Mount(containerPath: "/c", hostPath: "/h", readonly: true)))
        #expect(MountEncoding.needsObject(Mount(containerPath: "/c:d", hostPath: "/h")))
        #expect(MountEncoding.needsObject(Mount(containerPath: "/c", hostPath: "/h", recursiveReadOnly: true)))
        let image = Mount(containerPath: "/c", image: ImageSpec(image: "i:1"), imageSubPath: "a/b")
        #expect(MountEncoding.needsObject(image))
        let object = MountEncoding.object(image)
        #expect(object.type == "image" && object.source == "i:1" && object.target == "/c" && object.readOnly)
        #expect(object.imageOptions?.subpath == "a/b" && object.bindOptions == nil)
    }

    @Test("a recursive read-only mount says so, and reads back from an inspection")
    func recursive() {
        let mount = Mount(containerPath: "/c", hostPath: "/h", readonly: true, recursiveReadOnly: true)
        let object = MountEncoding.object(mount)
        #expect(object.bindOptions?.readOnlyForceRecursive == true && object.readOnly)
        var inspect = ContainerInspect()
        inspect.hostConfig.mounts = [object]
        var point = MountPoint()
        (point.type, point.source, point.destination, point.rw) = ("bind", "/h", "/c", false)
        var volume = MountPoint()
        (volume.type, volume.destination) = ("volume", "/of-the-image")
        inspect.mounts = [point, volume]
        #expect(MountEncoding.read(inspect) == [mount])
    }

    @Test(
        "what contradicts itself, or has no place in Docker, is refused",
        arguments: [
            Mount(containerPath: "/c", hostPath: "/h", recursiveReadOnly: true),
            Mount(
                containerPath: "/c", hostPath: "/h", readonly: true, propagation: .propagationBidirectional,
                recursiveReadOnly: true),
            Mount(containerPath: "/c", hostPath: "/h", image: ImageSpec(image: "i")),
            Mount(containerPath: "/c", hostPath: "/h", mountOptions: ["noexec"]),
        ])
    func refused(mount: Mount) {
        #expect(throws: BridgeFailure.self) { try MountEncoding.check([mount]) }
    }

    @Test("a CDI device's edits go into the body, its own variables over the container's")
    func edits() throws {
        var edits = ContainerEdits()
        edits.env = ["A=device"]
        edits.additionalGroups = [44]
        var body = ContainerCreateRequest(config: DockerAPI.ContainerConfig(), hostConfig: HostConfig())
        body.config.env = ["A=own", "B=own"]
        body.hostConfig?.groupAdd = ["7"]
        try DeviceEdits(edits: edits).apply(to: &body)
        #expect(body.config.env == ["B=own", "A=device"])
        #expect(body.hostConfig?.groupAdd == ["7", "44"])
    }
}
