import Core
import Faults
import Linux
import OCI
import Testing

@Suite struct BundleTests {
    private let facts = BundleFacts(
        id: "abc", rootfs: "/r", user: ResolvedUser(uid: 5, gid: 6, groups: [7], home: "/home"),
        cgroupsPath: "/oxbow/abc",
        heldCapabilities: Set(CapabilitySet.all), networkNamespace: "/run/netns/abc", sharedMemory: "/run/shm")

    private func spec(_ change: (inout ContainerSpec) -> Void = { _ in }) throws -> ContainerSpec {
        let image = try #require(Digest("sha256:" + String(repeating: "0", count: 64)))
        var spec = ContainerSpec(image: image, process: ProcessSpec(arguments: ["/bin/x"]))
        change(&spec)
        return spec
    }

    private func build(_ facts: BundleFacts? = nil, _ change: (inout ContainerSpec) -> Void = { _ in }) throws -> Bundle
    {
        try Bundle.build(try spec(change), facts ?? self.facts)
    }

    private func kind(_ body: () throws -> Bundle) -> OxbowError.Kind? {
        do {
            _ = try body()
            return nil
        } catch { return (error as? OxbowError)?.kind }
    }

    @Test("an ordinary container: own namespaces, Docker's capabilities, a filter, masks, one deny-all rule")
    func ordinary() throws {
        let bundle = try build()
        let document = bundle.document
        #expect(document.process.user == RuntimeSpec.User(uid: 5, gid: 6, additionalGids: [7]))
        #expect(document.process.capabilities?.bounding == CapabilitySet.standard)
        #expect(document.process.capabilities?.inheritable == [])
        #expect(document.linux.namespaces.map(\.type).sorted() == ["ipc", "mount", "network", "pid", "uts"])
        #expect(document.linux.namespaces.allSatisfy { $0.path == nil })
        #expect(document.linux.seccomp?.defaultAction == "SCMP_ACT_ERRNO")
        #expect(document.linux.maskedPaths == ContainerSpec.standardMaskedPaths)
        #expect(document.linux.resources?.devices == [.init(allow: false, access: "rwm")])
        #expect(document.linux.cgroupsPath == "/oxbow/abc")
        #expect(bundle.clampedCapabilities.isEmpty && bundle.clampedOOMScore == nil)
    }

    @Test("a privileged container: everything, no filter, no masks, writable /sys and the host's devices")
    func privileged() throws {
        var facts = facts
        facts.hostDevices = [DeviceNode(path: "/dev/sda", kind: .block, major: 8, minor: 0)]
        let document = try build(facts) { $0.privileged = true }.document
        #expect(document.process.capabilities?.effective == CapabilitySet.all)
        #expect(
            document.linux.seccomp == nil && document.linux.maskedPaths == nil && document.linux.readonlyPaths == nil)
        #expect(document.linux.resources?.devices == [.init(allow: true, access: "rwm")])
        #expect(document.linux.devices?.map(\.path) == ["/dev/sda"])
        for mount in document.mounts where mount.destination.hasPrefix("/sys") { #expect(mount.options.contains("rw")) }
    }

    @Test("what the daemon does not hold is left out and reported; a low oom score is raised and reported")
    func clamps() throws {
        var facts = facts
        facts.heldCapabilities.remove("CAP_CHOWN")
        facts.lowestOOMScore = -100
        let bundle = try build(facts) { $0.process.oomScoreAdj = -998 }
        #expect(bundle.clampedCapabilities == ["CAP_CHOWN"])
        #expect(bundle.document.process.capabilities?.permitted.contains("CAP_CHOWN") == false)
        #expect(bundle.clampedOOMScore == -998 && bundle.document.process.oomScoreAdj == -100)
        #expect(try build(facts) { $0.process.oomScoreAdj = 5 }.clampedOOMScore == nil)
    }

    @Test("joined namespaces have paths, the host's are left out, and a joined uts keeps its host name")
    func namespaces() throws {
        var facts = facts
        facts.joined = [.ipc: "/proc/9/ns/ipc", .uts: "/proc/9/ns/uts", .network: "/run/netns/9"]
        let document = try build(facts) {
            $0.hostname = "x"
            $0.namespaces = NamespaceSpec(pid: .host, ipc: .container("9"), uts: .container("9"))
            $0.network = .container("9")
        }.document
        let paths = Dictionary(uniqueKeysWithValues: document.linux.namespaces.map { ($0.type, $0.path ?? "") })
        #expect(paths == ["mount": "", "ipc": "/proc/9/ns/ipc", "uts": "/proc/9/ns/uts", "network": "/run/netns/9"])
        #expect(document.hostname == nil)
        #expect(try build { $0.hostname = "x" }.document.hostname == "x")
    }

    @Test("a cgroup namespace of one's own exists on version 2 only")
    func cgroupNamespace() throws {
        var facts = facts
        facts.cgroupVersion = .v2
        #expect(try build(facts).document.linux.namespaces.contains(RuntimeSpec.Namespace("cgroup")))
        #expect(try !build().document.linux.namespaces.contains { $0.type == "cgroup" })
    }

    @Test("PATH, HOME and HOSTNAME are there, and what is given counts")
    func environment() throws {
        let document = try build {
            $0.hostname = "h"
            $0.process.environment = ["A=1", "PATH=/x", "A=2"]
            $0.process.terminal = true
        }.document
        #expect(document.process.env == ["HOSTNAME=h", "TERM=xterm", "A=2", "PATH=/x", "HOME=/home"])
    }

    @Test("mounts come in the order of their depth; the client's replace the standard ones")
    func mounts() throws {
        let document = try build {
            $0.mounts = [
                MountSpec(source: "/b", destination: "/data/deep/er"),
                MountSpec(source: "/a", destination: "/data/", readOnly: true, propagation: .rslave),
                MountSpec(kind: .tmpfs, destination: "/dev/shm", options: ["size=1k"]),
            ]
        }.document
        let places = document.mounts.map(\.destination)
        #expect(places.filter { $0.hasPrefix("/data") } == ["/data", "/data/deep/er"])
        #expect(places.count { $0 == "/dev/shm" } == 1)
        #expect(places.firstIndex(of: "/dev").map { $0 < places.firstIndex(of: "/dev/pts") ?? 0 } == true)
        #expect(places.firstIndex(of: "/sys").map { $0 < places.firstIndex(of: "/sys/fs/cgroup") ?? 0 } == true)
        #expect(document.mounts.first { $0.destination == "/data" }?.options == ["rbind", "rslave", "ro"])
        #expect(document.linux.rootfsPropagation == "rslave")
    }

    @Test("a client's own /dev replaces all of /dev")
    func ownDev() throws {
        let places = try build { $0.mounts = [MountSpec(source: "/dev", destination: "/dev")] }.document.mounts.map(
            \.destination)
        #expect(places.filter { $0.hasPrefix("/dev") } == ["/dev"])
    }

    @Test(
        "the client's mistakes are refused",
        arguments: [
            { $0.process.arguments = [] },
            { $0.process.workingDirectory = "relative" },
            { $0.process.capabilities.add = ["NONESUCH"] },
            { $0.process.oomScoreAdj = -1001 },
            { $0.mounts = [MountSpec(source: "/a", destination: "relative")] },
            { $0.mounts = [MountSpec(source: "a", destination: "/a")] },
            { $0.mounts = [MountSpec(source: "/a", destination: "/")] },
            {
                $0.mounts = [
                    MountSpec(source: "/a", destination: "/x/../y"), MountSpec(source: "/b", destination: "/y/"),
                ]
            },
            { $0.devices = [DeviceSpec(hostPath: "/dev/nonesuch")] },
            { $0.seccomp = .profile("{") },
        ] as [@Sendable (inout ContainerSpec) -> Void])
    func refused(change: @Sendable (inout ContainerSpec) -> Void) {
        #expect(kind { try build(nil, change) } == .badRequest)
    }

    @Test("a folder of devices is mapped node by node, with a rule for each")
    func devices() throws {
        var facts = facts
        facts.devices["/dev/snd"] = [
            DeviceNode(path: "/dev/snd/a", kind: .character, major: 116, minor: 1),
            DeviceNode(path: "/dev/snd/b", kind: .character, major: 116, minor: 2),
        ]
        let document = try build(facts) {
            $0.devices = [DeviceSpec(hostPath: "/dev/snd", containerPath: "/dev/sound", permissions: "rw")]
        }.document
        #expect(document.linux.devices?.map(\.path) == ["/dev/sound/a", "/dev/sound/b"])
        #expect(document.linux.resources?.devices?.dropFirst().map(\.access) == ["rw", "rw"])
    }

    @Test("zero is no limit, and an update keeps what it does not name")
    func limits() {
        var limits = ResourceLimits()
        limits.memoryBytes = 0
        limits.cpuShares = 0
        #expect(Limits.resources(limits) == RuntimeSpec.Resources())
        var old = ResourceLimits()
        (old.memoryBytes, old.cpuShares) = (100, 5)
        var new = ResourceLimits()
        new.cpuShares = 7
        #expect(Limits.merge(new, over: old).memoryBytes == 100)
        #expect(Limits.merge(new, over: old).cpuShares == 7)
    }
}
