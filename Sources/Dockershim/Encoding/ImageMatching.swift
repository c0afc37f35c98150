/// Whether an image that Docker found is the one asked for; Docker answers to almost any spelling, parts of ids included.
enum ImageMatching {
    /// - Parameter wanted: a name; ids do not match, since `sha256:<hex>` reads as a repository with a tag.
    static func byName(_ wanted: String, id: String, tags: [String], digests: [String]) -> Bool {
        guard let name = ImageName(wanted) else { return false }
        if name.tag == nil, name.digest == nil { return true }
        if name.tag != nil, tags.contains(where: { sameTag($0, wanted) }) { return true }
        guard let digest = name.digest else { return false }
        return digest == id || digests.contains { ImageName($0)?.digest == digest }
    }

    /// - Parameter wanted: an id, or a name whose digest is the id.
    static func byID(_ wanted: String, id: String) -> Bool {
        wanted == id || ImageName(wanted)?.digest == id
    }

    /// - Parameters:
    ///   - wanted: an id, with or without its scheme; a name with tag or digest; or a repository.
    ///   - names: tags and digests.
    static func byFilter(_ wanted: String, id: String, names: [String]) -> Bool {
        if id == wanted || id == "sha256:" + wanted { return true }
        guard let name = ImageName(wanted) else { return false }
        return names.compactMap(ImageName.init).contains { candidate in
            if name.tag == nil, name.digest == nil { return candidate.sameRepository(as: name) }
            return candidate.isSame(as: name)
        }
    }

    /// Either spelling may lack the registry, so the ends are compared.
    private static func sameTag(_ tag: String, _ wanted: String) -> Bool {
        if wanted.hasSuffix(tag) || tag.hasSuffix(wanted) { return true }
        guard let canonical = ImageName(tag)?.canonical else { return false }
        return wanted.hasSuffix(canonical) || canonical.hasSuffix(wanted)
    }
}
