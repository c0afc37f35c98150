import Glibc
import Testing

@testable import Linux

@Suite("The cgroup tree of this host", .enabled(if: getuid() == 0, "needs root"))
struct CgroupTreeTests {
    @Test("a cgroup is made, takes a process, is counted and goes with its ancestors")
    func life() async throws {
        let tree = try CgroupTree.detect()
        let top = "/oxbow-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let path = "\(top)/pod/container"
        #expect(tree.missingAncestors(of: path) == [top, "\(top)/pod"])
        #expect(tree.counters(of: path) == nil)
        try tree.create(path)
        #expect(tree.missingAncestors(of: path) == [])
        let child = try await Processes.shared.start(Command("/bin/sleep", ["1000"]))
        try tree.move(child, into: path)
        #expect(tree.processes(in: path) == [child])
        #expect(tree.path(of: child)?.hasSuffix(path) == true)
        #expect(tree.counters(of: path)?.memoryStat.isEmpty == false)
        #expect(!tree.remove(path))
        try Signals.send(SIGKILL, to: child)
        _ = await Processes.shared.wait(for: child)
        for gone in [path, "\(top)/pod", top] { #expect(tree.remove(gone)) }
        #expect(tree.missingAncestors(of: path) == [top, "\(top)/pod"])
        #expect(tree.remove(top))
    }
}
