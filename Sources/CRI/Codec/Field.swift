import CCRI
import CProtobufC
import Glibc

/// A message's fields as protobuf-c describes them, for code that handles any message.
struct Field {
    let descriptor: UnsafePointer<ProtobufCFieldDescriptor>
    private let owner: UnsafePointer<ProtobufCMessageDescriptor>

    static func all(of message: UnsafePointer<ProtobufCMessageDescriptor>) -> [Field] {
        (0..<Int(message.pointee.n_fields)).map { Field(descriptor: message.pointee.fields + $0, owner: message) }
    }

    /// - Parameter name: `pod_sandbox_id` or, as protobuf's JSON also has it, `podSandboxId`.
    static func named(_ name: String, in message: UnsafePointer<ProtobufCMessageDescriptor>) -> Field? {
        if let found = protobuf_c_message_descriptor_get_field_by_name(message, name) {
            return Field(descriptor: found, owner: message)
        }
        return all(of: message).first { $0.camelName == name }
    }

    var name: String { String(cString: descriptor.pointee.name) }
    var isRepeated: Bool { descriptor.pointee.label == PROTOBUF_C_LABEL_REPEATED }

    private var camelName: String {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
        return parts.dropFirst().reduce(String(parts.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }

    enum Kind {
        case bool, int32, uint32, int64, uint64, double, text, bytes
        case number(UnsafePointer<ProtobufCEnumDescriptor>)
        case message(UnsafePointer<ProtobufCMessageDescriptor>)
        /// Always repeated: its entries are `StringPair`s.
        case map
    }

    func kind(_ api: APIVersion) -> Kind? {
        switch descriptor.pointee.type {
        case PROTOBUF_C_TYPE_BOOL: return .bool
        case PROTOBUF_C_TYPE_INT32: return .int32
        case PROTOBUF_C_TYPE_UINT32: return .uint32
        case PROTOBUF_C_TYPE_INT64: return .int64
        case PROTOBUF_C_TYPE_UINT64: return .uint64
        case PROTOBUF_C_TYPE_DOUBLE: return .double
        case PROTOBUF_C_TYPE_BYTES:
            let path = "\(String(cString: owner.pointee.short_name)).\(name)"
            return CRISchema.binaryFields[api]?.contains(path) == true ? .bytes : .text
        case PROTOBUF_C_TYPE_ENUM:
            return descriptor.pointee.descriptor.map {
                .number($0.assumingMemoryBound(to: ProtobufCEnumDescriptor.self))
            }
        case PROTOBUF_C_TYPE_MESSAGE:
            return descriptor.pointee.descriptor.map {
                let message = $0.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
                return strcmp(message.pointee.short_name, "StringPair") == 0 ? .map : .message(message)
            }
        default: return nil  // no other type is in the schema; a test walks all of it
        }
    }
}
