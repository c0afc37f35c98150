import Core
import Faults
import Linux
import OCI
import Testing

@Suite struct UserMappingTests {
    private func map(_ container: UInt32, _ host: UInt32, _ length: UInt32) -> IDMapping {
        IDMapping(container: container, host: host, length: length)
    }

    private func isRefused(uids: [IDMapping], gids: [IDMapping]? = nil) -> Bool {
        do throws(OxbowError) {
            try UserMappings.check(UserNamespaceSpec(uids: uids, gids: gids ?? [map(0, 1000, 10)]))
            return false
        } catch {
            return error.kind == .badRequest
        }
    }

    @Test("mappings of one and of several runs pass")
    func passes() {
        #expect(!isRefused(uids: [map(0, 100_000, 65_536)]))
        #expect(!isRefused(uids: [map(1, 0, 5), map(0, 7, 1), map(100, 200, 1)]))
        #expect(!isRefused(uids: [map(0, 0, .max)]))
    }

    @Test("mappings that overlap, lead out of the ids, are empty or leave root out are refused")
    func refuses() {
        #expect(isRefused(uids: []))
        #expect(isRefused(uids: [map(0, 1000, 10)], gids: []))
        #expect(isRefused(uids: [map(0, 1000, 0)]))
        #expect(isRefused(uids: [map(1, 1000, 10)]))
        #expect(isRefused(uids: [map(0, 1000, 10), map(9, 2000, 10)]))
        #expect(isRefused(uids: [map(0, 1000, 10), map(10, 1009, 10)]))
        #expect(isRefused(uids: [map(0, 1, .max)]))
        #expect(isRefused(uids: (0...UserMappings.limit).map { map(UInt32($0), UInt32($0), 1) }))
    }

    @Test("ids are found in the run that holds them, and the kernel's text has a line a run")
    func lookup() {
        let mappings = [map(0, 100_000, 10), map(50, 7, 2)]
        #expect(IDMapping.host(0, in: mappings) == 100_000)
        #expect(IDMapping.host(9, in: mappings) == 100_009)
        #expect(IDMapping.host(51, in: mappings) == 8)
        #expect(IDMapping.host(10, in: mappings) == nil)
        #expect(IDMapping.lines(mappings) == "0 100000 10\n50 7 2\n")
    }

    @Test("a sandbox makes its user and network namespace, a container joins the user namespace with the same mappings")
    func documents() throws {
        let image = try #require(Digest("sha256:" + String(repeating: "0", count: 64)))
        var spec = ContainerSpec(image: image, process: ProcessSpec(arguments: ["/bin/x"]))
        spec.network = .pod(.init(pod: .init(id: "p", namespace: "", name: "", uid: "")), releasedAtExit: false)
        spec.namespaces.user = UserNamespaceSpec(uids: [map(0, 1000, 10)], gids: [map(0, 2000, 10)])
        var facts = BundleFacts(
            id: "abc", rootfs: "/r", cgroupsPath: "/c", heldCapabilities: [], networkNamespace: "/run/netns/abc")
        let own = try Bundle.build(spec, facts).document.linux
        #expect(own.namespaces.contains(.init("user")))
        #expect(own.namespaces.contains(.init("network")))
        #expect(own.uidMappings == [.init(containerID: 0, hostID: 1000, size: 10)])
        #expect(own.gidMappings == [.init(containerID: 0, hostID: 2000, size: 10)])
        spec.namespaces.user?.holder = "pod"
        spec.network = .container("pod")
        facts.joined = [.user: "/proc/9/ns/user", .network: "/run/netns/pod"]
        let joined = try Bundle.build(spec, facts).document.linux
        #expect(joined.namespaces.contains(.init("user", path: "/proc/9/ns/user")))
        #expect(joined.uidMappings == own.uidMappings)
    }

    @Test("a host without message queues mounted gives containers in its IPC namespace a mount of their own")
    func queues() throws {
        let image = try #require(Digest("sha256:" + String(repeating: "0", count: 64)))
        var spec = ContainerSpec(image: image, process: ProcessSpec(arguments: ["/bin/x"]))
        spec.namespaces.ipc = .host
        var facts = BundleFacts(id: "abc", rootfs: "/r", cgroupsPath: "/c", heldCapabilities: [])
        func type() throws -> String? {
            try Bundle.build(spec, facts).document.mounts.first { $0.destination == "/dev/mqueue" }?.type
        }
        #expect(try type() == "bind")
        facts.hasHostQueues = false
        #expect(try type() == "mqueue")
    }
}
