import FoundationEssentials
import Linux

/// What ADD answered, kept for DEL: the network it was, and the result that plugins get back as `prevResult`.
struct ResultCache: Sendable {
    struct Entry: Sendable, Codable {
        var network: JSONValue
        var request: NetworkRequest
        var result: JSONValue
    }

    let folder: String

    private func path(_ id: String) -> String { "\(folder)/\(id).json" }

    func keep(_ entry: Entry, for id: String) throws {
        try Files.makeFolders(folder, mode: 0o700)
        try Files.writeDurably(path(id), Array(try JSONEncoder().encode(entry)))
    }

    /// nil when nothing was attached, or the document is damaged: then DEL goes on with what the caller knows.
    func entry(for id: String) -> Entry? {
        guard let bytes = try? Files.read(path(id), limit: 1 << 20) else { return nil }
        return try? JSONDecoder().decode(Entry.self, from: Data(bytes))
    }

    /// Of all pods that are attached; damaged documents are passed over.
    func requests() -> [NetworkRequest] {
        // Without a folder nothing was ever attached.
        let names = (try? Files.entries(of: folder)) ?? []
        return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted().compactMap {
            entry(for: String($0.dropLast(".json".count)))?.request
        }
    }

    func forget(_ id: String) throws(SystemFailure) { try Files.removeFile(path(id)) }
}
