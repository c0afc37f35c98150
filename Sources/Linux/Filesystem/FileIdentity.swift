import Glibc

/// Which file it is, whatever its name: valid as long as the file exists, since numbers are given again afterwards.
package struct FileIdentity: Sendable, Codable, Hashable {
    package var device: UInt64
    package var inode: UInt64

    init(_ facts: stat) {
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
    }

    /// Of what has this name, a link itself and not its target; nil when there is nothing.
    package init?(at path: String) {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return nil }
        self.init(facts)
    }

    /// Whether a process has the file open: false also when the process is gone.
    package func isOpen(in pid: Int32) -> Bool {
        let folder = "/proc/\(pid)/fd"
        guard let entries = try? Files.entries(of: folder) else { return false }
        return entries.contains { entry in
            var facts = stat()
            return stat("\(folder)/\(entry)", &facts) == 0 && FileIdentity(facts) == self
        }
    }
}
