import Core
import DockerAPI
import Faults
import HTTPServer
import Linux
import Logging
import NIOCore
import NIOHTTP1
import OCI

extension Engine {
    /// Bytes of an archive that is sent to be loaded.
    static let archiveLimit = 32 << 30

    /// `POST /images/load`: the archive goes to a file first, since it cannot be read in one pass. What is wrong with it
    /// is told in the stream, with status 200.
    @Sendable func loadImages(_ call: Call) async throws -> ServerResponse {
        let isQuiet = call.flag("quiet", default: true)
        let path = "\(uploads)/\(ContainerIdentity.id())"
        do {
            try await receive(call, into: path)
        } catch {
            await discard(path)
            throw error
        }
        return .stream(status: .ok, headers: ["Content-Type": Answer.jsonType]) { writer in
            do {
                try await load(path, isQuiet: isQuiet) { message in
                    try await writer.write(Answer.line(message, end: "\r\n"))
                }
            } catch {
                await discard(path)
                throw error
            }
            await discard(path)
        }
    }

    private func load(_ path: String, isQuiet: Bool, _ write: (ProgressMessage) async throws -> Void) async throws {
        let (progress, out) = AsyncStream.makeStream(of: ImportProgress.self, bufferingPolicy: .bufferingNewest(256))
        try await withThrowingTaskGroup(of: Result<[ImportedImage], OxbowError>.self) { group in
            group.addTask { [core] in
                defer { out.finish() }
                do throws(OxbowError) {
                    return .success(try await core.importImages(fromFile: path) { out.yield($0) })
                } catch {
                    return .failure(error)
                }
            }
            for await step in progress where !isQuiet {
                let detail = ProgressMessage.Detail(
                    current: Int64(clamping: step.current), total: Int64(clamping: step.total))
                var message = ProgressMessage(status: "Loading layer", id: step.layer.short, detail: detail)
                message.progress = ProgressBar.text(current: step.current, total: step.total)
                try await write(message)
            }
            switch try await group.next() {
            case .success(let images):
                for image in images {
                    events.record(
                        .image("load", id: image.image.id.description, name: image.image.id.description, at: now))
                    for line in Self.lines(image) { try await write(ProgressMessage(stream: line)) }
                }
            case .failure(let error): try await write(ProgressMessage(error: error.message))
            case nil: break
            }
        }
    }

    /// docker-py finds what it loaded in these.
    private static func lines(_ image: ImportedImage) -> [String] {
        image.names.isEmpty
            ? ["Loaded image ID: \(image.image.id)\n"] : image.names.map { "Loaded image: \($0.familiar)\n" }
    }

    /// Where archives lie while they are read.
    var uploads: String { configuration.root + "/tmp" }

    private func receive(_ call: Call, into path: String) async throws {
        let file = try await blocking { [uploads] in
            try Files.makeFolders(uploads, mode: 0o700)
            return try OpenFile.creating(path)
        }
        var received = 0
        try await call.request.body.forEach { piece in
            received += piece.readableBytes
            guard received <= Self.archiveLimit else {
                throw OxbowError(.tooLarge, "archive: larger than \(Self.archiveLimit) bytes")
            }
            try await blocking { try file.append(piece) }
        }
    }

    private func discard(_ path: String) async {
        do { try await blocking { try Files.removeTree(path) } } catch {
            // The folder is emptied when the engine starts next.
            logger.warning("upload: cannot be removed: \(error)")
        }
    }
}
