/// What `omitempty` leaves out. Structs are never empty in Go, so `GoObject`s do not conform.
package protocol GoEmptiness {
    var isGoEmpty: Bool { get }
}

extension Bool: GoEmptiness { package var isGoEmpty: Bool { !self } }
extension String: GoEmptiness { package var isGoEmpty: Bool { isEmpty } }
extension Int: GoEmptiness { package var isGoEmpty: Bool { self == 0 } }
extension Int64: GoEmptiness { package var isGoEmpty: Bool { self == 0 } }
extension UInt32: GoEmptiness { package var isGoEmpty: Bool { self == 0 } }
extension UInt64: GoEmptiness { package var isGoEmpty: Bool { self == 0 } }
extension Array: GoEmptiness { package var isGoEmpty: Bool { isEmpty } }
extension Dictionary: GoEmptiness { package var isGoEmpty: Bool { isEmpty } }
/// A pointer: present even when what it points to is zero. A nil slice or map counts as empty, and so does an empty one.
extension Optional: GoEmptiness {
    package var isGoEmpty: Bool {
        switch self {
        case nil: true
        case .some(let value as any GoCollectionEmptiness): value.isGoEmpty
        case .some: false
        }
    }
}

/// Slices and maps, whose nil is merely an empty one.
package protocol GoCollectionEmptiness: GoEmptiness {}
extension Array: GoCollectionEmptiness {}
extension Dictionary: GoCollectionEmptiness {}
