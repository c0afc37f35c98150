import Core
import DockerAPI
import Faults
import HTTPServer
import NIOHTTP1

extension Engine {
    /// `POST /containers/{id}/resize?h=&w=`
    @Sendable func resizeContainer(_ call: Call) async throws -> ServerResponse {
        let (width, height) = try Self.terminalSize(call)
        let record = try await container(of: call)
        guard record.state == .running else {
            throw OxbowError(.wrongState, "Container \(record.id) is not running")
        }
        try await core.resizeTerminal(record.id, width: width, height: height)
        events.record(
            .container(
                "resize", record, documents.document(of: record), at: now,
                attributes: ["height": "\(height)", "width": "\(width)"]))
        return Answer.empty(.ok)
    }

    /// - Throws: `.badRequest` when one is missing, no number, or beyond what a terminal can have.
    static func terminalSize(_ call: Call) throws(OxbowError) -> (width: UInt16, height: UInt16) {
        func side(_ name: String, _ word: String) throws(OxbowError) -> UInt16 {
            let text = call.text(name) ?? ""
            guard let number = UInt16(text) else {
                throw OxbowError(.badRequest, "invalid resize \(word) \"\(text)\": invalid syntax")
            }
            return number
        }
        let height = try side("h", "height")
        return (try side("w", "width"), height)
    }
}
