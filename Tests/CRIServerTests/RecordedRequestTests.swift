import CRI
import FoundationEssentials
import Testing

@testable import CRIServer

@Suite struct RecordedRequestTests {
    @Test(
        "no request that a kubelet really sent lacks a required field",
        arguments: ["one-pod", "multi", "image-missing"])
    func complete(_ trace: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Traces/kubelet-1.20.2")
        let text = try Data(contentsOf: folder.appending(path: "\(trace).jsonl"))
        var seen = Set<String>()
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let line = try JSONValue(parsing: Array(line))
            guard let method = line["method"]?.string, let request = line["request"],
                seen.insert("\(method) \(request.text)").inserted
            else { continue }
            let type = try #require(CRISchema.call(method)).request
            let bytes = try CRIJSON.bytes(from: request, type: type.name, api: .v1alpha2)
            #expect(throws: Never.self) { try RequiredFields.check(type.init(decoding: bytes)) }
        }
        #expect(seen.count > 20)
    }
}
