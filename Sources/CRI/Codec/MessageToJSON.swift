import CCRI
import CProtobufC

/// Reads any decoded message into JSON by its descriptor. Allocates Swift values only; keeps no pointer.
struct MessageToJSON {
    let api: APIVersion

    /// - Parameter c: a generated struct.
    func object(_ c: UnsafeRawPointer) -> JSONValue {
        let descriptor = c.assumingMemoryBound(to: ProtobufCMessage.self).pointee.descriptor
        guard let descriptor else { return .object([]) }
        var members: [JSONValue.Member] = []
        for field in Field.all(of: descriptor) {
            guard let kind = field.kind(api), let value = value(of: field, kind, in: c) else { continue }
            members.append(JSONValue.Member(field.name, value))
        }
        return .object(members)
    }

    /// Nil for the default.
    private func value(of field: Field, _ kind: Field.Kind, in c: UnsafeRawPointer) -> JSONValue? {
        let place = c + Int(field.descriptor.pointee.offset)
        guard field.isRepeated else { return single(kind, at: place) }

        let count = c.load(fromByteOffset: Int(field.descriptor.pointee.quantifier_offset), as: Int.self)
        guard count > 0, let list = place.load(as: UnsafeRawPointer?.self) else { return nil }
        if case .map = kind { return entries(list, count) }
        return .array((0..<count).map { element(kind, list, $0) })
    }

    private func single(_ kind: Field.Kind, at place: UnsafeRawPointer) -> JSONValue? {
        let value = scalar(kind, at: place)
        switch value {
        case .bool(false)?, .number("0")?, .string("")?: return nil
        case .string("0")?:
            // A 64-bit zero, but also a text that happens to be "0".
            if case .text = kind { return value }
            return nil
        default: break
        }
        if case .double = kind, place.load(as: Double.self) == 0 { return nil }
        if case .number = kind, place.load(as: Int32.self) == 0 { return nil }
        return value
    }

    private func element(_ kind: Field.Kind, _ list: UnsafeRawPointer, _ index: Int) -> JSONValue {
        let stride: Int
        switch kind {
        case .bool, .int32, .uint32, .number: stride = 4
        case .int64, .uint64, .double, .message, .map: stride = 8
        case .text, .bytes: stride = MemoryLayout<ProtobufCBinaryData>.stride
        }
        return scalar(kind, at: list + index * stride) ?? .null
    }

    /// Nil for a message that is not there.
    private func scalar(_ kind: Field.Kind, at place: UnsafeRawPointer) -> JSONValue? {
        switch kind {
        case .bool: .bool(place.load(as: protobuf_c_boolean.self) != 0)
        case .int32: .number(String(place.load(as: Int32.self)))
        case .uint32: .number(String(place.load(as: UInt32.self)))
        case .int64: .string(String(place.load(as: Int64.self)))
        case .uint64: .string(String(place.load(as: UInt64.self)))
        case .double: Self.double(place.load(as: Double.self))
        case .text: .string(text(place.load(as: ProtobufCBinaryData.self)))
        case .bytes: .string(Base64.text(octets(place.load(as: ProtobufCBinaryData.self))))
        case .number(let names): Self.name(of: place.load(as: Int32.self), in: names)
        case .message, .map: place.load(as: UnsafeRawPointer?.self).map(object)
        }
    }

    /// In the order of the wire; of entries with the same key, the last one counts.
    private func entries(_ list: UnsafeRawPointer, _ count: Int) -> JSONValue {
        var members: [JSONValue.Member] = []
        var places: [String: Int] = [:]
        for index in 0..<count {
            let entry = list.load(fromByteOffset: index * 8, as: UnsafePointer<StringPair>?.self)
            guard let entry = entry?.pointee else { continue }
            let member = JSONValue.Member(text(entry.key), .string(text(entry.value)))
            if let place = places.updateValue(members.count, forKey: member.name) {
                places[member.name] = place
                members[place] = member
            } else {
                members.append(member)
            }
        }
        return .object(members)
    }

    private static func name(of number: Int32, in names: UnsafePointer<ProtobufCEnumDescriptor>) -> JSONValue {
        guard let known = protobuf_c_enum_descriptor_get_value(names, number) else { return .number(String(number)) }
        return .string(String(cString: known.pointee.name))
    }

    private static func double(_ value: Double) -> JSONValue {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return .number("\(value)")
    }
}
