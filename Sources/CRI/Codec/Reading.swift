import CCRI
import CProtobufC

// The only code that walks protobuf-c's strings and arrays. NULL is proto3's default.

typealias StringPair = Runtime__V1__StringPair

func prepare(_ pair: UnsafeMutablePointer<StringPair>) { runtime__v1__string_pair__init(pair) }

/// Repairs what is not UTF-8 with U+FFFD: kubelets before 1.34 do not check what they send.
func text(_ c: ProtobufCBinaryData) -> String {
    String(decoding: UnsafeBufferPointer(start: c.data, count: c.len), as: UTF8.self)
}

func octets(_ c: ProtobufCBinaryData) -> [UInt8] {
    Array(UnsafeBufferPointer(start: c.data, count: c.len))
}

func one<M: Coded>(_ c: UnsafeMutablePointer<M.C>?) -> M? {
    guard let c else { return nil }
    return M(c.pointee)
}

func many<M: Coded>(_ list: UnsafeMutablePointer<UnsafeMutablePointer<M.C>?>?, _ count: Int) -> [M] {
    UnsafeBufferPointer(start: list, count: count).compactMap { element in element.map { M($0.pointee) } }
}

func texts(_ list: UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: Int) -> [String] {
    UnsafeBufferPointer(start: list, count: count).map(text)
}

func numbers<T: BinaryInteger>(_ list: UnsafeMutablePointer<T>?, _ count: Int) -> [T] {
    Array(UnsafeBufferPointer(start: list, count: count))
}

/// Of entries with the same key, the last one counts.
func pairs(_ list: UnsafeMutablePointer<UnsafeMutablePointer<StringPair>?>?, _ count: Int) -> [String: String] {
    guard count > 0 else { return [:] }
    var map = [String: String](minimumCapacity: count)
    for case let entry? in UnsafeBufferPointer(start: list, count: count) {
        map[text(entry.pointee.key)] = text(entry.pointee.value)
    }
    return map
}
