import DockerAPI
import Faults
import FoundationEssentials
import HTTPServer
import Linux
import NIOCore
import NIOHTTP1

extension Engine {
    /// Bytes of a file that is copied out.
    static let copyLimit = 64 << 20

    /// `GET` and `HEAD /containers/{id}/archive?path=`: one regular file of a container as a tar archive, links of the
    /// container followed beneath its root. Folders are refused.
    @Sendable func copyFromContainer(_ call: Call) async throws -> ServerResponse {
        let record = try await container(of: call)
        let path = call.text("path") ?? ""
        guard !path.isEmpty else { throw OxbowError(.badRequest, "bad parameter: 'path' cannot be empty") }
        let root = record.rootfsPath
        let found: (bytes: [UInt8], facts: FileFacts)
        do {
            found = try await blocking { try Files.readWithFacts(path, inside: root, limit: Self.copyLimit) }
        } catch let error as SystemFailure {
            if error.isNotFound {
                throw OxbowError(
                    .missing, "Could not find the file \(path) in container \(record.id)", origin: error)
            }
            if error.isTooLarge {
                throw OxbowError(.unsupported, "file: larger than this engine copies (\(path))", origin: error)
            }
            throw OxbowError(
                .unsupported, "path: only regular files are copied out by this engine (\(path))", origin: error)
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let head = TarHead(file: name, size: found.bytes.count, facts: found.facts) else {
            throw OxbowError(.unsupported, "path: its name is too long for a tar archive (\(name))")
        }
        var body = ByteBuffer(bytes: head.bytes)
        body.writeBytes(found.bytes)
        body.writeRepeatingByte(0, count: (512 - found.bytes.count % 512) % 512 + 1024)
        let facts = try DockerJSON.text(PathFacts(name: name, size: found.bytes.count, facts: found.facts))
        let headers: HTTPHeaders = [
            "Content-Type": "application/x-tar",
            "X-Docker-Container-Path-Stat": Data(facts.utf8).base64EncodedString(),
        ]
        return .bytes(status: .ok, headers: headers, body: body)
    }

    private struct PathFacts: GoObject {
        var name = ""
        var size = 0
        /// Go's `os.FileMode`: the permission bits of a regular file as they are.
        var mode: UInt32 = 0
        var modified = ""
        var linkTarget = ""
        init() {}
        init(name: String, size: Int, facts: FileFacts) {
            self.name = name
            self.size = size
            mode = facts.mode & 0o777
            modified = DockerTime.text(facts.modified)
        }
        static let members: GoMembers<Self> = [
            .always("name", \.name), .always("size", \.size), .always("mode", \.mode),
            .always("mtime", \.modified), .always("linkTarget", \.linkTarget),
        ]
    }
}
