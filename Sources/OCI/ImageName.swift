package import Faults

/// What a client may mean by an image's name, in the order in which Docker looks.
package enum ImageName: Sendable, Equatable {
    /// `sha256:<64 hex>` or 64 hex digits.
    case id(Digest)
    /// A reference, tagged; `prefix` is set when the text could also be the beginning of an id.
    case reference(Reference, prefix: String?)
    /// `sha256:` and fewer than 64 digits.
    case prefix(String)

    /// - Throws: `.badRequest` `invalid reference format`.
    package init(parsing text: String) throws(OxbowError) {
        if let id = Digest(text) ?? Digest(hex: text) {
            self = .id(id)
        } else if text.hasPrefix("sha256:"), text.utf8.count > 7, text.utf8.dropFirst(7).allSatisfy(\.isLowerHex) {
            self = .prefix(String(text.dropFirst(7)))
        } else {
            let reference = try Reference(parsing: text).tagged
            let isHex = text.utf8.count < 64 && text.utf8.allSatisfy(\.isLowerHex)
            self = .reference(reference, prefix: isHex ? text : nil)
        }
    }
}
