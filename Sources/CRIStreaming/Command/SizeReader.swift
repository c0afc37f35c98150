import FoundationEssentials
import NIOCore

/// Reads a resize stream: JSON objects in a row, `{"Width":80,"Height":24}`, wherever they are cut.
///
/// An object that is none, too long, or names a size below 1 is the client's fault and skipped: a terminal of a wrong size
/// still works.
struct SizeReader {
    private struct Size: Decodable {
        var width: UInt16
        var height: UInt16
        enum CodingKeys: String, CodingKey {
            case width = "Width"
            case height = "Height"
        }
    }
    /// The object that is being read.
    private var object: [UInt8] = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func receive(_ bytes: ByteBuffer) -> [TerminalSize] {
        var sizes: [TerminalSize] = []
        for byte in bytes.readableBytesView {
            if byte == UInt8(ascii: "{") { object = [] }
            guard object.count < limit else { continue }
            object.append(byte)
            guard byte == UInt8(ascii: "}") else { continue }
            let size = try? JSONDecoder().decode(Size.self, from: Data(object))
            if let size, size.width > 0, size.height > 0 {
                sizes.append(TerminalSize(width: size.width, height: size.height))
            }
            object = []
        }
        return sizes
    }
}
