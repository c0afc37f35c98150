import CCRI
import CProtobufC

/// The C form of Swift values, built in the arena. What is empty is NULL, which protobuf-c leaves out of the message.
extension Arena {
    mutating func room<T>(for type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
        takeUnlimited(MemoryLayout<T>.stride * count).bindMemory(to: T.self, capacity: count)
    }

    mutating func text(_ value: String) -> ProtobufCBinaryData {
        var value = value
        return value.withUTF8 { copy($0) }
    }

    mutating func octets(_ value: [UInt8]) -> ProtobufCBinaryData {
        value.withUnsafeBufferPointer { copy($0) }
    }

    mutating func one<M: Coded>(_ value: M?) -> UnsafeMutablePointer<M.C>? {
        guard let value else { return nil }
        let c = room(for: M.C.self, count: 1)
        M.prepare(c)
        value.write(to: &c.pointee, &self)
        return c
    }

    mutating func many<M: Coded>(_ values: [M]) -> (UnsafeMutablePointer<UnsafeMutablePointer<M.C>?>?, Int) {
        guard !values.isEmpty else { return (nil, 0) }
        let list = room(for: UnsafeMutablePointer<M.C>?.self, count: values.count)
        let elements = room(for: M.C.self, count: values.count)
        for (index, value) in values.enumerated() {
            M.prepare(elements + index)
            value.write(to: &elements[index], &self)
            list[index] = elements + index
        }
        return (list, values.count)
    }

    mutating func texts(_ values: [String]) -> (UnsafeMutablePointer<ProtobufCBinaryData>?, Int) {
        guard !values.isEmpty else { return (nil, 0) }
        let list = room(for: ProtobufCBinaryData.self, count: values.count)
        for (index, value) in values.enumerated() { list[index] = text(value) }
        return (list, values.count)
    }

    mutating func numbers<T: BinaryInteger>(_ values: [T]) -> (UnsafeMutablePointer<T>?, Int) {
        guard !values.isEmpty else { return (nil, 0) }
        let list = room(for: T.self, count: values.count)
        for (index, value) in values.enumerated() { list[index] = value }
        return (list, values.count)
    }

    /// In the order of the keys.
    mutating func pairs(_ map: [String: String]) -> (UnsafeMutablePointer<UnsafeMutablePointer<StringPair>?>?, Int) {
        guard !map.isEmpty else { return (nil, 0) }
        let list = room(for: UnsafeMutablePointer<StringPair>?.self, count: map.count)
        let entries = room(for: StringPair.self, count: map.count)
        for (index, entry) in map.sorted(by: { $0.key < $1.key }).enumerated() {
            prepare(entries + index)
            entries[index].key = text(entry.key)
            entries[index].value = text(entry.value)
            list[index] = entries + index
        }
        return (list, map.count)
    }

    private mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) -> ProtobufCBinaryData {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return ProtobufCBinaryData(len: 0, data: nil) }
        let data = room(for: UInt8.self, count: bytes.count)
        data.initialize(from: source, count: bytes.count)
        return ProtobufCBinaryData(len: bytes.count, data: data)
    }
}
