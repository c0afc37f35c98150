/// A mount of this host, and how it passes on what is mounted in it: field 7 of /proc/self/mountinfo.
package struct HostMount: Sendable, Equatable {
    /// Where it is mounted.
    package var point: String
    /// Mounts made in it appear in its peers, and theirs in it.
    package var isShared: Bool
    /// Mounts of its master appear in it.
    package var isSlave: Bool

    package init(point: String, isShared: Bool, isSlave: Bool) {
        self.point = point
        self.isShared = isShared
        self.isSlave = isSlave
    }

    /// Whether the host's mounts appear in a mount of it, and with `bothWays` those of its copies in it.
    package func passesOn(bothWays: Bool) -> Bool { isShared || !bothWays && isSlave }

    /// The mount that holds a real path of this host; links must be resolved before. Blocks.
    package static func of(_ path: String) throws(SystemFailure) -> HostMount? {
        let text = try Files.read("/proc/self/mountinfo", limit: 64 << 20)
        return holding(path, in: String(decoding: text, as: UTF8.self))
    }

    /// The deepest mount point above the path; of several on one point the last line is the one on top.
    static func holding(_ path: String, in mountinfo: String) -> HostMount? {
        var found: HostMount?
        for line in mountinfo.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 6 else { continue }
            let point = Mounts.unescaped(fields[4])
            guard point == "/" || path == point || path.hasPrefix(point + "/"),
                point.utf8.count >= found?.point.utf8.count ?? 0
            else { continue }
            let tags = fields[6...].prefix { $0 != "-" }
            found = HostMount(
                point: point, isShared: tags.contains { $0.hasPrefix("shared:") },
                isSlave: tags.contains { $0.hasPrefix("master:") })
        }
        return found
    }
}
