import Core
import DockerAPI
import Faults
import Linux
import OCI

/// The `filters` of `GET /images/json`.
struct ImageFilter {
    static let names: Set<String> = ["before", "dangling", "label", "label!", "reference", "since", "until"]

    private let filters: Filters
    private let dangling: Bool?
    private let olderThan: Int64?
    private let newerThan: Int64?

    /// - Parameter images: all there are, for `before` and `since`.
    init(_ filters: Filters, images: [ImageRecord]) throws(OxbowError) {
        self.filters = filters
        switch filters["dangling"].first?.lowercased() {
        case nil: dangling = nil
        case "true", "1", "t": dangling = true
        case "false", "0", "f": dangling = false
        case let other?: throw OxbowError(.badRequest, "invalid filter 'dangling=[\(other)]'")
        }
        func created(_ name: String) throws(OxbowError) -> Int64? {
            guard let wanted = filters[name].first else { return nil }
            guard let image = images.first(where: { Self.image($0, isNamed: wanted) }) else {
                throw OxbowError(.missing, "No such image: \(Engine.shownName(wanted))")
            }
            return image.createdAt
        }
        newerThan = try created("since")
        let before = try created("before")
        let until = try filters["until"].first.map { text throws(OxbowError) -> Int64 in
            guard let time = DockerTime.parse(text) else {
                throw OxbowError(.badRequest, "invalid filter 'until=\(text)'")
            }
            return time.nanoseconds
        }
        olderThan = [before, until].compactMap { $0 }.min()
    }

    func admits(_ image: ImageRecord) -> Bool {
        if let dangling, image.tags.isEmpty != dangling { return false }
        if let olderThan, image.createdAt >= olderThan { return false }
        if let newerThan, image.createdAt <= newerThan { return false }
        let patterns = filters["reference"]
        if !patterns.isEmpty {
            let names = image.tags + image.digests
            guard patterns.contains(where: { pattern in names.contains { Self.reference($0, matches: pattern) } })
            else {
                return false
            }
        }
        return LabelFilter(filters["label"]).admits(image.config.labels)
            && !filters["label!"].contains { LabelFilter([$0]).admits(image.config.labels) }
    }

    /// With or without its tag, in its short form.
    static func reference(_ reference: Reference, matches pattern: String) -> Bool {
        let glob = PathPattern(pattern)
        return glob.matches(reference.familiar) || glob.matches(reference.familiarName)
    }

    /// By name, id or the beginning of an id.
    static func image(_ image: ImageRecord, isNamed name: String) -> Bool {
        let hex = name.hasPrefix("sha256:") ? name.dropFirst(7) : name[...]
        if !hex.isEmpty, image.id.hex.hasPrefix(hex) { return true }
        guard let reference = try? Reference(parsing: name) else { return false }
        return image.tags.contains(reference.tagged) || image.digests.contains(reference)
    }
}
