import CNghttp2

extension HeaderList {
    /// The list as the library wants it; it copies all before it returns.
    func withNameValues<Result>(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> Result) -> Result {
        var bytes = bytes
        return bytes.withUnsafeMutableBufferPointer { text in
            withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: lengths.count) { values in
                var next = text.baseAddress
                for (index, length) in lengths.enumerated() {
                    let value = next.map { $0 + length.name }
                    values.initializeElement(
                        at: index,
                        to: nghttp2_nv(
                            name: next, value: value, namelen: length.name, valuelen: length.value,
                            flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
                    next = value.map { $0 + length.value }
                }
                return body(UnsafeBufferPointer(values))
            }
        }
    }
}
