import Faults
import OCI
import Testing

@testable import Core

private func digest(_ digit: Character) -> Digest {
    // 64 equal hexadecimal digits are a digest.
    Digest("sha256:" + String(repeating: digit, count: 64))!
}
private func name(_ text: String) throws -> Reference { try Reference(parsing: text) }

@Suite struct ImageTableTests {
    private func table() throws -> ImageTable {
        var table = ImageTable()
        for (number, digit) in ["a", "b", "c"].enumerated() {
            table.add(StoredLayer(diffID: digest(Character(digit)), number: number + 1, bytes: 10, inodes: 1))
        }
        _ = table.add(
            ImageConfig(layerDiffIDs: [digest("a"), digest("b"), digest("a")]), id: digest("1"),
            content: [digest("1"), digest("9")],
            tags: [try name("x:1"), try name("x:2")], digests: [], createdAt: 0, now: 1)
        _ = table.add(
            ImageConfig(layerDiffIDs: [digest("a"), digest("c")]), id: digest("2"),
            content: [digest("2"), digest("9")],
            tags: [try name("y:1")], digests: [try name("y@\(digest("9"))")], createdAt: 0, now: 1)
        return table
    }

    @Test("an image is found by id, prefix, tag and digest, and a tag before a prefix")
    func find() throws {
        var table = try table()
        #expect(try table.find("\(digest("1"))")?.id == digest("1"))
        #expect(try table.find(digest("1").hex)?.id == digest("1"))
        #expect(try table.find("x:1")?.id == digest("1"))
        #expect(try table.find("docker.io/library/y:1")?.id == digest("2"))
        #expect(try table.find("y@\(digest("9"))")?.id == digest("2"))
        #expect(try table.find("y:whatever@\(digest("9"))")?.id == digest("2"))
        #expect(try table.find("11")?.id == digest("1"))
        #expect(try table.find("sha256:22")?.id == digest("2"))
        #expect(try table.find("x") == nil)
        #expect(throws: OxbowError.self) { try table.find("X Y") }
        _ = try table.tag(digest("2"), as: try name("11"), now: 2)
        #expect(try table.find("11")?.id == digest("2"))
    }

    @Test("an ambiguous prefix finds nothing")
    func ambiguous() throws {
        var table = ImageTable()
        let ids = ["sha256:12" + String(repeating: "0", count: 62), "sha256:13" + String(repeating: "0", count: 62)]
        for id in ids {
            _ = table.add(
                ImageConfig(), id: try #require(Digest(id)), content: [], tags: [], digests: [], createdAt: 0, now: 0)
        }
        #expect(try table.find("1") == nil)
        #expect(try table.find("13")?.id.description == ids[1])
    }

    @Test("a tag moves from the image that had it, and both are written")
    func moving() throws {
        var table = try table()
        let changes = try table.tag(digest("2"), as: try name("x:1"), now: 7)
        #expect(Set(changes.written.map(\.id)) == [digest("1"), digest("2")])
        #expect(try table.find("x:1")?.id == digest("2"))
        #expect(table.images[digest("1")]?.record.tags == [try name("x:2")])
        #expect(table.images[digest("2")]?.record.lastTagged == 7)
        #expect(try table.tag(digest("2"), as: try name("x:1"), now: 8) == ImageTable.Changes())
        #expect(throws: OxbowError.self) { try table.tag(digest("5"), as: try name("z"), now: 0) }
    }

    @Test("layers are given lowest first, one that occurs twice where it is highest")
    func layerOrder() throws {
        let table = try table()
        #expect(table.layerNumbers(of: digest("1")) == [2, 1])
        #expect(table.layerNumbers(of: digest("2")) == [1, 3])
        #expect(table.layerNumbers(of: digest("5")) == nil)
        #expect(table.images[digest("1")]?.record.size == 20)
    }

    @Test("an image goes with its last name, unless it is to be kept")
    func lastName() throws {
        var table = try table()
        #expect(try table.untag(try name("x:1"), keepingUntagged: false).written.count == 1)
        var keeping = table
        _ = try keeping.untag(try name("x:2"), keepingUntagged: true)
        #expect(keeping.images[digest("1")]?.record.tags.isEmpty == true)
        let changes = try table.untag(try name("x:2"), keepingUntagged: false)
        #expect(changes.removedImages == [digest("1")])
        #expect(changes.removedLayers.map(\.number) == [2])
        #expect(changes.removedContent == [digest("1")])
        #expect(throws: OxbowError.self) { try table.untag(try name("x:2"), keepingUntagged: false) }
    }

    @Test("layers go with the last image that lists them, and not while they are held")
    func sweeping() throws {
        var table = try table()
        table.hold([digest("a"), digest("c")])
        #expect(table.remove(digest("2")).removedLayers.isEmpty)
        #expect(table.release([digest("a"), digest("c")]).removedLayers.map(\.number) == [3])
        #expect(table.remove(digest("1")).removedLayers.map(\.number) == [1, 2])
        #expect(table.remove(digest("1")) == ImageTable.Changes())
        #expect(table.layers.isEmpty)
    }

    @Test("a restart drops images that have lost a layer and layers that nobody lists")
    func recovery() throws {
        let before = try table()
        let (images, layers) = (Array(before.images.values), Array(before.layers.values))
        var (broken, unused) = ([StoredImage](), [StoredLayer]())
        let whole = ImageTable(images: images, layers: layers, broken: &broken, unused: &unused)
        #expect(broken.isEmpty && unused.isEmpty && whole.images == before.images && whole.layers == before.layers)
        let less = ImageTable(
            images: images, layers: layers.filter { $0.diffID != digest("c") }, broken: &broken, unused: &unused)
        #expect(broken.map(\.id) == [digest("2")] && unused.isEmpty)
        #expect(less.images.count == 1)
        broken = []
        _ = ImageTable(images: [], layers: layers, broken: &broken, unused: &unused)
        #expect(unused.count == 3)
    }
}
