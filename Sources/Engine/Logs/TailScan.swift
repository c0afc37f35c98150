/// Finds where the last lines of a file begin, from blocks read backwards.
struct TailScan {
    /// Lines to keep; the file's last line end does not begin another.
    let lines: Int
    /// Line ends seen in front of lines to keep.
    private(set) var found = 0
    private var isAtEnd = true

    init(lines: Int) { self.lines = lines }

    /// - Parameter block: the bytes in front of those received before.
    /// - Returns: the index in `block` at which the wanted lines begin; nil when earlier blocks are needed.
    mutating func receive(_ block: [UInt8]) -> Int? {
        for index in block.indices.reversed() where block[index] == UInt8(ascii: "\n") {
            if isAtEnd, index == block.count - 1 {
                isAtEnd = false
                continue
            }
            isAtEnd = false
            found += 1
            if found == lines { return index + 1 }
        }
        isAtEnd = false
        return nil
    }
}
