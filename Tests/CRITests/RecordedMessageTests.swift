import FoundationEssentials
import NIOCore
import Testing

@testable import CRI

@Suite struct RecordedMessageTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Traces/kubelet-1.20.2")

    @Test(
        "every request and answer that a kubelet and containerd exchanged survives JSON, bytes, JSON unchanged",
        arguments: ["one-pod", "multi", "crashloop", "image-missing", "kubelet-restart"])
    func unchanged(_ trace: String) throws {
        let text = try Data(contentsOf: Self.folder.appending(path: "\(trace).jsonl"))
        var calls = 0
        var seen = Set<String>()
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let line = try JSONValue(parsing: Array(line))
            guard let method = line["method"]?.string else { continue }
            calls += 1
            let call = try #require(CRISchema.call(method))
            for (message, type) in [(line["request"], call.request), (line["response"], call.response)] {
                // The kubelet polls: most messages come many times.
                guard let message, seen.insert("\(type.name) \(message.text)").inserted else { continue }
                let bytes = try CRIJSON.bytes(from: message, type: type.name, api: .v1alpha2)
                #expect(
                    try CRIJSON.value(of: bytes, type: type.name, api: .v1alpha2) == message, "\(line["seq"] ?? .null)")
                // Through the Swift value too; only the order of map entries may change.
                let value = try type.init(decoding: bytes)
                #expect(try type.init(decoding: value.encoded()).encoded() == value.encoded())
                #expect(value.encoded().readableBytes == bytes.readableBytes)
            }
        }
        #expect(calls > 300)
    }
}
