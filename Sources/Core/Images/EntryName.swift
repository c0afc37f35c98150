import Faults

/// The name of an archive entry, as a path beneath the folder it is unpacked into.
struct EntryName: Sendable, Equatable {
    /// `a/b`; "" is the folder itself.
    let path: String

    /// - Throws: `.badRequest` naming an absolute name, or one with `..` in it.
    init(_ name: String) throws(OxbowError) {
        guard !name.hasPrefix("/"), !name.utf8.contains(0) else {
            throw OxbowError(.badRequest, "archive: absolute name (\(name))")
        }
        let parts = name.split(separator: "/").filter { $0 != "." }
        guard !parts.contains("..") else { throw OxbowError(.badRequest, "archive: name leads out of it (\(name))") }
        path = parts.joined(separator: "/")
    }

    var last: Substring { path.split(separator: "/").last ?? "" }
    var parent: String { String(path.dropLast(last.count + (path.contains("/") ? 1 : 0))) }
}
