import Testing

@testable import Linux

@Suite("Mounts of the host and what else it is asked")
struct HostMountTests {
    private static let mountinfo = """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        30 22 0:40 / /data rw - tmpfs data rw
        31 22 0:41 / /data rw master:7 - tmpfs over rw
        32 22 0:42 / /with\\040space rw shared:3 master:2 - tmpfs x rw
        """

    @Test("the deepest mount above a path holds it, and of two on one point the later one")
    func holding() {
        let root = HostMount(point: "/", isShared: true, isSlave: false)
        #expect(HostMount.holding("/", in: Self.mountinfo) == root)
        #expect(HostMount.holding("/database", in: Self.mountinfo) == root)
        #expect(
            HostMount.holding("/data/a", in: Self.mountinfo)
                == HostMount(point: "/data", isShared: false, isSlave: true))
        #expect(HostMount.holding("/with space", in: Self.mountinfo)?.isShared == true)
        #expect(HostMount.holding("/x", in: "nonsense") == nil)
    }

    @Test(
        "a private mount passes nothing on, a slave one way, a shared one both",
        arguments: [(false, false, false, false), (false, true, true, false), (true, false, true, true)])
    func passesOn(shared: Bool, slave: Bool, oneWay: Bool, bothWays: Bool) {
        let mount = HostMount(point: "/", isShared: shared, isSlave: slave)
        #expect(mount.passesOn(bothWays: false) == oneWay)
        #expect(mount.passesOn(bothWays: true) == bothWays)
    }

    @Test(
        "releases of kernels are compared by their first two numbers",
        arguments: [("6.18.0-arch1", true), ("5.12", true), ("5.11.22", false), ("4.19.0", false), ("10.0.1", true)])
    func kernels(release: String, isNewEnough: Bool) {
        #expect(KernelVersion(release: release).map { $0 >= KernelVersion(5, 12) } == isNewEnough)
        #expect(KernelVersion(release: "rolling") == nil)
    }

    @Test("sizes of huge pages are read from either version's names")
    func hugepages() {
        #expect(CgroupTree.hugepageSize(controlFile: "hugetlb.2MB.limit_in_bytes") == "2MB")
        #expect(CgroupTree.hugepageSize(controlFile: "hugetlb.2MB.rsvd.limit_in_bytes") == nil)
        #expect(CgroupTree.hugepageSize(controlFile: "cgroup.procs") == nil)
        #expect(CgroupTree.hugepageSize(folder: "hugepages-2048kB") == "2MB")
        #expect(CgroupTree.hugepageSize(folder: "hugepages-1048576kB") == "1GB")
        #expect(CgroupTree.hugepageSize(folder: "hugepages-64kB") == "64KB")
        #expect(CgroupTree.hugepageSize(folder: "hugepages-0kB") == nil)
    }
}
