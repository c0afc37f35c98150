package import Faults
import FoundationEssentials
package import NIOCore

/// Reads and writes the JSON documents of images.
package enum OCIDocument {
    /// - Parameter noun: for the message: `manifest`.
    /// - Throws: `.badRequest` naming the document and the member at fault.
    package static func read<T: Decodable>(
        _ type: T.Type, from bytes: ByteBuffer, noun: String, limit: Int = ImageManifest.limit
    ) throws(OxbowError) -> T {
        guard bytes.readableBytes <= limit else {
            throw OxbowError(.badRequest, "\(noun): longer than \(limit) bytes (\(bytes.readableBytes))")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes.readableBytesView))
        } catch let error as DecodingError {
            throw OxbowError(.badRequest, "\(noun): malformed\(place(of: error))", origin: error)
        } catch {
            throw OxbowError(.badRequest, "\(noun): malformed", origin: error)
        }
    }

    package static func manifest(from bytes: ByteBuffer) throws(OxbowError) -> ManifestDocument {
        let kind = try read(Kind.self, from: bytes, noun: "manifest")
        guard kind.schemaVersion != 1 else {
            throw OxbowError(.unsupported, "manifest: schema version 1 is too old; push the image again")
        }
        if kind.manifests != nil { return .index(try read(ImageIndex.self, from: bytes, noun: "index")) }
        let manifest = try read(ImageManifest.self, from: bytes, noun: "manifest")
        guard manifest.layers.count <= ImageConfigDocument.layerLimit else {
            throw OxbowError(.badRequest, "manifest: too many layers (\(manifest.layers.count))")
        }
        return .manifest(manifest)
    }

    /// Members sorted, slashes unescaped: the same value gives the same digest.
    package static func write<T: Encodable>(_ value: T) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return ByteBuffer(bytes: Array(try encoder.encode(value)))
        } catch {
            // Only a floating-point NaN or a failing `encode(to:)` can do that, and image documents have neither.
            preconditionFailure("image document: \(error)")
        }
    }

    private struct Kind: Decodable {
        struct Anything: Decodable {}
        var schemaVersion: Int?
        var manifests: [Anything]?
    }

    private static func place(of error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context): " (\(path(context.codingPath + [key])) is missing)"
        case .typeMismatch(_, let context), .valueNotFound(_, let context): " (\(path(context.codingPath)))"
        case .dataCorrupted(let context): context.codingPath.isEmpty ? "" : " (\(path(context.codingPath)))"
        @unknown default: ""
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
}
