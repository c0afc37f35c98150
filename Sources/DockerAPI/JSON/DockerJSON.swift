import FoundationEssentials
package import NIOCore

/// The one place where Docker's JSON text is made and read.
package enum DockerJSON {
    /// - Throws: `JSONFailure` saying which member was wrong.
    package static func decode<Value: Decodable>(_ type: Value.Type, from text: ByteBuffer) throws(JSONFailure) -> Value
    {
        do {
            return try JSONDecoder().decode(type, from: Data(text.readableBytesView))
        } catch {
            throw JSONFailure(error)
        }
    }

    package static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws(JSONFailure) -> Value {
        try decode(type, from: ByteBuffer(string: text))
    }

    /// Keys in alphabetical order, so that equal values give equal text; no line end.
    /// - Parameter version: members that the Go structs of that level lack are left out; nil: all are written.
    package static func encode(
        _ value: some Encodable, version: APIVersion? = nil
    ) throws(JSONFailure) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let version { encoder.userInfo[.apiVersion] = version }
        do {
            return ByteBuffer(bytes: try encoder.encode(value))
        } catch {
            throw JSONFailure(error)
        }
    }

    package static func text(_ value: some Encodable, version: APIVersion? = nil) throws(JSONFailure) -> String {
        String(buffer: try encode(value, version: version))
    }
}

/// JSON that does not say what it should.
package struct JSONFailure: Error, Sendable, CustomStringConvertible {
    /// `HostConfig.Memory: expected Int64 but found a string instead`
    package let description: String

    init(_ error: any Error) {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "" : path + ": "
        }
        switch error {
        case DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context), DecodingError.keyNotFound(_, let context):
            description = place(context) + context.debugDescription
        default:
            description = "\(error)"
        }
    }
}
