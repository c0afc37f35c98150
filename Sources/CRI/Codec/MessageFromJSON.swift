import CCRI
import CProtobufC
import Faults
import NIOCore

/// Builds any message from JSON by its descriptor, in an arena, and packs it.
struct MessageFromJSON {
    let api: APIVersion
    /// The field being read, for errors.
    private var path: [String] = []

    init(api: APIVersion) { self.api = api }

    mutating func message(
        _ value: JSONValue, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>
    ) throws(OxbowError) -> ByteBuffer {
        var arena = Arena()
        return CRICodec.packed(UnsafeRawPointer(try build(value, descriptor, &arena)))
    }

    private func wrong(_ expected: String) -> OxbowError {
        OxbowError(.badRequest, "\(path.isEmpty ? "message" : path.joined(separator: ".")): \(expected)")
    }

    private mutating func build(
        _ value: JSONValue, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, _ arena: inout Arena
    ) throws(OxbowError) -> UnsafeMutableRawPointer {
        let name = String(cString: descriptor.pointee.short_name)
        guard let members = value.members else { throw wrong("not a JSON object (\(name))") }
        let c = arena.takeUnlimited(descriptor.pointee.sizeof_message)
        descriptor.pointee.message_init(c.assumingMemoryBound(to: ProtobufCMessage.self))
        for member in members {
            path.append(member.name)
            guard let field = Field.named(member.name, in: descriptor), let kind = field.kind(api) else {
                throw wrong("not a field of \(name)")
            }
            if member.value != .null {
                let place = c + Int(field.descriptor.pointee.offset)
                if field.isRepeated {
                    let (list, count) = try list(member.value, kind, &arena)
                    place.storeBytes(of: list, as: UnsafeMutableRawPointer?.self)
                    c.storeBytes(of: count, toByteOffset: Int(field.descriptor.pointee.quantifier_offset), as: Int.self)
                } else {
                    try store(member.value, kind, at: place, &arena)
                }
            }
            path.removeLast()
        }
        return c
    }

    private mutating func list(
        _ value: JSONValue, _ kind: Field.Kind, _ arena: inout Arena
    ) throws(OxbowError) -> (UnsafeMutableRawPointer?, Int) {
        if case .map = kind { return try entries(value, &arena) }
        guard let elements = value.array else { throw wrong("not a JSON array") }
        guard !elements.isEmpty else { return (nil, 0) }
        let stride = Self.stride(kind)
        let list = arena.takeUnlimited(stride * elements.count)
        for (index, element) in elements.enumerated() {
            path.append(String(index))
            try store(element, kind, at: list + index * stride, &arena)
            path.removeLast()
        }
        return (list, elements.count)
    }

    /// Of an element in a repeated field.
    private static func stride(_ kind: Field.Kind) -> Int {
        switch kind {
        case .bool, .int32, .uint32, .number: 4
        case .int64, .uint64, .double, .message, .map: 8
        case .text, .bytes: MemoryLayout<ProtobufCBinaryData>.stride
        }
    }

    private mutating func entries(
        _ value: JSONValue, _ arena: inout Arena
    ) throws(OxbowError) -> (UnsafeMutableRawPointer?, Int) {
        guard let members = value.members else { throw wrong("not a JSON object") }
        guard !members.isEmpty else { return (nil, 0) }
        let list = arena.room(for: UnsafeMutablePointer<StringPair>?.self, count: members.count)
        let pairs = arena.room(for: StringPair.self, count: members.count)
        for (index, member) in members.enumerated() {
            guard let value = member.value.string else {
                path.append(member.name)
                throw wrong("not a JSON string")
            }
            prepare(pairs + index)
            pairs[index].key = arena.text(member.name)
            pairs[index].value = arena.text(value)
            list[index] = pairs + index
        }
        return (UnsafeMutableRawPointer(list), members.count)
    }

    private mutating func store(
        _ value: JSONValue, _ kind: Field.Kind, at place: UnsafeMutableRawPointer, _ arena: inout Arena
    ) throws(OxbowError) {
        switch kind {
        case .bool:
            guard let flag = value.bool else { throw wrong("not true or false") }
            place.storeBytes(of: flag ? 1 : 0, as: protobuf_c_boolean.self)
        case .int32: place.storeBytes(of: try integer(value), as: Int32.self)
        case .uint32: place.storeBytes(of: try integer(value), as: UInt32.self)
        case .int64: place.storeBytes(of: try integer(value), as: Int64.self)
        case .uint64: place.storeBytes(of: try integer(value), as: UInt64.self)
        case .double: place.storeBytes(of: try double(value), as: Double.self)
        case .text:
            guard let string = value.string else { throw wrong("not a JSON string") }
            place.storeBytes(of: arena.text(string), as: ProtobufCBinaryData.self)
        case .bytes:
            guard let string = value.string, let bytes = Base64.bytes(string) else { throw wrong("not base64") }
            place.storeBytes(of: arena.octets(bytes), as: ProtobufCBinaryData.self)
        case .number(let names): place.storeBytes(of: try number(value, names), as: Int32.self)
        case .message(let descriptor):
            place.storeBytes(of: try build(value, descriptor, &arena), as: UnsafeMutableRawPointer?.self)
        case .map: throw wrong("not a repeated field")  // a map always is one
        }
    }

    private func integer<T: FixedWidthInteger>(_ value: JSONValue) throws(OxbowError) -> T {
        switch value {
        case .number(let text), .string(let text):
            if let number = T(text) { return number }
            // protobuf's JSON also allows 1e3 and 5.0.
            if let double = Double(text), let number = T(exactly: double) { return number }
            throw wrong("not \(T.isSigned ? "an" : "an unsigned") integer of \(T.bitWidth) bits (\(text))")
        default: throw wrong("not an integer")
        }
    }

    private func double(_ value: JSONValue) throws(OxbowError) -> Double {
        switch value {
        case .string("Infinity"): return .infinity
        case .string("-Infinity"): return -.infinity
        case .string("NaN"): return .nan
        case .number(let text), .string(let text):
            guard let number = Double(text) else { fallthrough }
            return number
        default: throw wrong("not a number")
        }
    }

    private func number(
        _ value: JSONValue, _ names: UnsafePointer<ProtobufCEnumDescriptor>
    ) throws(OxbowError) -> Int32 {
        guard let name = value.string else { return try integer(value) }
        guard let known = protobuf_c_enum_descriptor_get_value_by_name(names, name) else {
            throw wrong("not a \(String(cString: names.pointee.short_name)) (\(name))")
        }
        return known.pointee.value
    }
}
