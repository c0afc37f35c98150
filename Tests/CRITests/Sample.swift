import CCRI
import CProtobufC

@testable import CRI

/// A message with every field set, each to another value, made by walking the schema.
struct Sample {
    private var count = 0

    static func json(of type: any CRIMessage.Type) -> JSONValue {
        guard let coded = CRISchema.messageByName[type.name] else { return .null }
        var sample = Sample()
        return sample.object(coded.descriptor)
    }

    private mutating func object(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) -> JSONValue {
        var members: [JSONValue.Member] = []
        for field in Field.all(of: descriptor) {
            guard let kind = field.kind(.v1) else { continue }
            let value: JSONValue
            switch kind {
            case .map: value = .object([.init("key-a\(next)", "value \(next)"), .init("key-b\(next)", "")])
            default: value = field.isRepeated ? [single(kind), single(kind)] : single(kind)
            }
            members.append(.init(field.name, value))
        }
        return .object(members)
    }

    private var next: Int {
        mutating get {
            count += 1
            return count
        }
    }

    private mutating func single(_ kind: Field.Kind) -> JSONValue {
        switch kind {
        case .bool: true
        case .int32: .number("-\(next)")
        case .uint32: .number("\(next)")
        case .int64: .string("-\(next)000000000000")
        case .uint64: .string("18446744073709\(100_000 + next)")
        case .double: .number("\(next).5")
        case .text: "text \(next) ä"
        case .bytes: .string(Base64.text(Array("bytes \(next)".utf8)))
        case .number(let names):
            .string(String(cString: names.pointee.values[Int(names.pointee.n_values) - 1].name))
        case .message(let descriptor): object(descriptor)
        case .map: .null
        }
    }
}
