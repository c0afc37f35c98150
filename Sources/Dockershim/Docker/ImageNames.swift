/// The names of images by id, remembered for a while: they answer a container's status without another call.
struct ImageNames: Sendable {
    struct Names: Sendable, Equatable {
        /// The first tag.
        var tag: String?
        /// The first `repository@sha256:…`.
        var digest: String?
    }

    /// Images remembered at most; all are forgotten when there are more, so that the table cannot grow.
    static let limit = 1024
    static let lifetime = Duration.seconds(60)

    private var table: [String: Remembered<Names>] = [:]

    func names(of id: String, at now: Duration) -> Names? { table[id]?.fresh(at: now) }

    mutating func keep(_ names: Names, of id: String, at now: Duration) {
        if table.count >= Self.limit { table = [:] }
        var entry = Remembered<Names>()
        entry.keep(names, from: now, for: Self.lifetime)
        table[id] = entry
    }

    /// After a pull or a removal, which may move names from one image to another.
    mutating func forgetAll() { table = [:] }
}
