import CNI
import Core
import DockerAPI
import NIOCore
import OCI
import Testing

@testable import Engine

@Suite("Elements of container lists as text")
struct SummaryTextTests {
    @Test("kept text is what the encoder writes, in every state and after every change")
    func same() throws {
        let texts = SummaryTexts()
        let image = try #require(Digest("sha256:" + String(repeating: "a", count: 64)))
        var spec = ContainerSpec(image: image, process: ProcessSpec())
        spec.name = "n \"quoted\" \u{e9}"
        spec.imageName = "busybox:latest"
        var document = ContainerDocument()
        document.config.labels = ["a": "1 / \"x\"\n\u{1}", "io.kubernetes": "\u{1F980}"]
        document.config.cmd = ["sh", "-c", "a b"]
        document.hostConfig.networkMode = "bridge"
        spec.extensionDocument = try DockerJSON.text(document)
        var record = ContainerRecord(
            id: "1", spec: spec, state: .created, createdAt: 1_000_000_000, overlay: OverlayPaths())

        func expectSame(
            _ record: ContainerRecord, _ document: ContainerDocument, imageNow: Digest?, now: Int64 = 90_000_000_000,
            sizes: (writable: Int64, whole: Int64)? = nil
        ) throws {
            var summary = ContainerSummary(
                of: record, document: document, imageNow: imageNow, isRestarting: false, now: now)
            if let sizes { (summary.sizeRw, summary.sizeRootFs) = sizes }
            for _ in 1...2 {
                var body = ByteBuffer()
                try texts.write(
                    record, document, imageNow: imageNow, isRestarting: false, now: now, sizes: sizes, into: &body)
                #expect(String(buffer: body) == (try DockerJSON.text(summary)))
            }
        }
        try expectSame(record, document, imageNow: image)
        record.state = .running
        record.startedAt = 2_000_000_000
        record.network = NetworkResult(
            addresses: ["10.0.0.2"], macAddress: "02:00", gateway: "10.0.0.1", prefixLength: 16)
        try expectSame(record, document, imageNow: image)
        try expectSame(record, document, imageNow: image, now: 4_000_000_000_000)
        try expectSame(record, document, imageNow: image, sizes: (5, 7))
        try expectSame(record, document, imageNow: nil)
        record.spec.name = "other"
        try expectSame(record, document, imageNow: image)
        document.config.labels = ["b": "2"]
        record.spec.extensionDocument = try DockerJSON.text(document)
        try expectSame(record, document, imageNow: image)
        record.state = .exited
        record.exitCode = 3
        record.finishedAt = 3_000_000_000
        try expectSame(record, document, imageNow: image)
    }
}
