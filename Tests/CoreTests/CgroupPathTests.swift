import Core
import Faults
import Testing

@Suite struct CgroupPathTests {
    @Test(
        "parents become absolute paths",
        arguments: [
            ("", "/oxbow/id"), ("/kubepods/burstable/pod1", "/kubepods/burstable/pod1/id"), ("a//b/./", "/a/b/id"),
            ("/", "/id"),
            (
                "kubepods-burstable-pod1.slice",
                "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/id"
            ),
            ("-.slice", "/id"), ("x.slice", "/x.slice/id"),
        ])
    func paths(parent: String, path: String) throws {
        #expect(try CgroupPath.of("id", parent: parent, standard: "/oxbow") == path)
    }

    @Test("what leads out of the tree is refused", arguments: ["/a/../../b", "..", "a--b.slice", "..-a.slice"])
    func refused(parent: String) {
        let error = #expect(throws: OxbowError.self) { try CgroupPath.of("id", parent: parent, standard: "/oxbow") }
        #expect(error?.kind == .badRequest)
    }

    @Test("a parent that was made is every later container's affair, until it is gone")
    func ancestors() {
        let ancestors = CgroupAncestors()
        #expect(ancestors.add(["/a", "/a/b"], of: "/a/b/1") == ["/a", "/a/b"])
        #expect(ancestors.add([], of: "/a/b/2") == ["/a", "/a/b"])
        #expect(ancestors.add([], of: "/ab/2") == [])
        ancestors.forget("/a/b")
        #expect(ancestors.add([], of: "/a/b/3") == ["/a"])
    }
}
