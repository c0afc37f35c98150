package import Faults
package import NIOCore

/// Messages in protobuf's JSON mapping, with the proto's own field names: 64-bit integers are strings, bytes base64,
/// enums names (a number where the schema has no name), defaults are left out.
///
/// The two API versions differ in one field: `KeyValue.value` is text in `v1alpha2` and bytes in `v1`.
package enum CRIJSON {
    /// - Parameter type: the name of the message, as in `CRIMessage.name`.
    /// - Throws: `.badRequest` when the bytes are no such message.
    package static func value(
        of message: ByteBuffer, type: String, api: APIVersion = .v1
    ) throws(OxbowError) -> JSONValue {
        let coded = try coded(type)
        let writer = MessageToJSON(api: api)
        return try CRICodec.unpack(coded.descriptor, named: type, from: message, limit: CRICodec.arenaBytes) {
            writer.object($0)
        }
    }

    package static func text(
        of message: ByteBuffer, type: String, api: APIVersion = .v1
    ) throws(OxbowError) -> String {
        try value(of: message, type: type, api: api).text
    }

    /// Takes integers as numbers or strings, enums as names or numbers, and field names in either spelling
    /// (`pod_sandbox_id`, `podSandboxId`); null is the default.
    /// - Throws: `.badRequest` naming the field by its path.
    package static func bytes(
        from value: JSONValue, type: String, api: APIVersion = .v1
    ) throws(OxbowError) -> ByteBuffer {
        let coded = try coded(type)
        var reader = MessageFromJSON(api: api)
        return try reader.message(value, coded.descriptor)
    }

    package static func bytes(
        fromJSON text: String, type: String, api: APIVersion = .v1
    ) throws(OxbowError) -> ByteBuffer {
        let value: JSONValue
        do { value = try JSONValue(parsing: text) } catch { throw OxbowError(.badRequest, error.description) }
        return try bytes(from: value, type: type, api: api)
    }

    private static func coded(_ type: String) throws(OxbowError) -> any Coded.Type {
        guard let coded = CRISchema.messageByName[type] else {
            throw OxbowError(.badRequest, "message type: not in the schema (\(type))")
        }
        return coded
    }
}
