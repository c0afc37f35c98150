import Core
import Faults
import OCI
import Testing

@Suite struct StoredRecordTests {
    private func stored(_ id: String = "a", revision: UInt64, boot: String = "b") throws -> StoredRecord {
        let image = try #require(Digest("sha256:" + String(repeating: "0", count: 64)))
        var stored = StoredRecord(
            record: ContainerRecord(
                id: id, spec: ContainerSpec(name: "n", image: image, process: ProcessSpec(arguments: ["x"])),
                state: .created, overlay: OverlayPaths()))
        (stored.revision, stored.boot) = (revision, boot)
        return stored
    }

    @Test("the newer copy counts, the run folder's only in its own boot and beside a durable one")
    func newest() throws {
        let (old, new) = (try stored(revision: 1), try stored(revision: 2))
        func pick(_ durable: StoredRecord?, _ live: StoredRecord?, boot: String = "b") -> UInt64? {
            StoredRecord.newest(durable: durable, live: live, boot: boot)?.revision
        }
        #expect(pick(old, new) == 2)
        #expect(pick(new, old) == 2)
        #expect(pick(old, nil) == 1)
        #expect(pick(nil, new) == nil)
        #expect(pick(old, new, boot: "c") == 1)
        #expect(pick(old, try stored("other", revision: 2)) == 1)
    }

    @Test("a document reads back as it was written, and half of one does not")
    func coding() throws {
        var record = try stored(revision: 3)
        record.phase = .running
        record.process = LaunchedProcess(pid: 1, startTime: 2, monitor: 3, monitorStartTime: 4)
        let bytes = try record.encoded()
        let read = try StoredRecord.decode(bytes)
        #expect(read.phase == .running && read.process == record.process && read.record.spec.name == "n")
        #expect(throws: (any Error).self) { try StoredRecord.decode(Array(bytes.dropLast(10))) }
    }

    @Test("a name belongs to one container, and is free after release and removal")
    func names() throws {
        let table = ContainerTable(boot: "b")
        try table.reserve("n", for: "a")
        try table.reserve("n", for: "a")
        let error = #expect(throws: OxbowError.self) { try table.reserve("n", for: "z") }
        #expect(error?.kind == .taken && error?.message.contains("a") == true)
        table.insert(try stored("a", revision: 0))
        table.release("n", of: "z")
        #expect(throws: OxbowError.self) { try table.reserve("n", for: "z") }
        table.remove("a")
        try table.reserve("n", for: "z")
        // "" is nobody's name.
        try table.reserve("", for: "p")
        try table.reserve("", for: "q")
    }

    @Test("each change has a higher revision; a refused event changes no phase")
    func revisions() throws {
        let table = ContainerTable(boot: "here")
        table.insert(try stored(revision: 5))
        let (row, step) = try table.take("a", .startRequested)
        #expect(step == .launch && row.stored.revision == 6 && row.stored.boot == "here")
        let error = #expect(throws: OxbowError.self) { try table.take("a", .startRequested) }
        #expect(error?.kind == .wrongState)
        #expect(table.row("a")?.stored.phase == .starting)
        #expect(throws: OxbowError.self) { try table.take("none", .exited) }
    }

    @Test("an image that is being removed is not claimed, and one that is claimed not removed")
    func imageUses() throws {
        let image = try stored(revision: 1).record.spec.image
        let uses = ImageUses()
        try uses.claim(image)
        try uses.claim(image)
        uses.release(image)
        #expect(!uses.beginRemoval(image))
        uses.release(image)
        #expect(uses.beginRemoval(image))
        let error = #expect(throws: OxbowError.self) { try uses.claim(image) }
        #expect(error?.kind == .missing)
        uses.endRemoval(image)
        try uses.claim(image)
    }
}
