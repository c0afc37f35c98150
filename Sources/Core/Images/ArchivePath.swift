import Faults
import Linux

/// The name of an archive's entry as a place beneath a root.
struct ArchivePath: Hashable {
    /// Without `.`; empty: the root itself.
    let components: [RawPath]

    /// - Throws: `.badRequest` for an absolute name and for one with `..`.
    init(_ raw: RawPath, noun: String = "entry") throws(OxbowError) {
        let slash = UInt8(ascii: "/")
        let refusal = OxbowError(.badRequest, "archive: \(noun) leads out of the layer (\(raw))")
        guard raw.bytes.first != slash else { throw refusal }
        var components: [RawPath] = []
        for part in raw.bytes.split(separator: slash) where !part.elementsEqual(".".utf8) {
            guard !part.elementsEqual("..".utf8), let name = RawPath(part) else { throw refusal }
            components.append(name)
        }
        self.components = components
    }

    private init(_ components: [RawPath]) { self.components = components }

    var isRoot: Bool { components.isEmpty }
    var name: RawPath { components.last ?? RawPath(".") }
    var parent: ArchivePath { ArchivePath(components.dropLast().map(\.self)) }
    func appending(_ name: RawPath) -> ArchivePath { ArchivePath(components + [name]) }

    /// Joined by slashes; "" for the root.
    var joined: RawPath {
        // Safe to fall back: the parts have no NUL, so joining them cannot fail.
        RawPath(components.map(\.bytes).joined(separator: [UInt8(ascii: "/")])) ?? RawPath("")
    }

    /// What an entry's last name means in an image layer. Source: opencontainers/image-spec 1.0, layer.md.
    enum Meaning: Equatable {
        case plain
        /// The lower layers' content of the entry's folder is hidden.
        case opaque
        /// The lower layers' entry of this name is hidden.
        case whiteout(RawPath)
        /// A mark of the old aufs driver, without a meaning here.
        case reserved
    }

    /// - Throws: `.badRequest` for a whiteout of `.` or `..` or of nothing.
    var meaning: Meaning {
        get throws(OxbowError) {
            let prefix = ".wh.".utf8
            // Everything beneath a mark belongs to it.
            if components.dropLast().contains(where: { $0.bytes.starts(with: ".wh..wh.".utf8) }) { return .reserved }
            guard name.bytes.starts(with: prefix) else { return .plain }
            let rest = name.bytes.dropFirst(prefix.count)
            if rest.elementsEqual(".wh..opq".utf8) { return .opaque }
            if rest.starts(with: prefix) { return .reserved }
            guard !rest.isEmpty, !rest.elementsEqual(".".utf8), !rest.elementsEqual("..".utf8),
                let hidden = RawPath(rest)
            else { throw OxbowError(.badRequest, "archive: whiteout of no name (\(joined))") }
            return .whiteout(hidden)
        }
    }
}
