import Glibc

/// A device file of this host.
package struct DeviceNode: Sendable, Equatable {
    package enum Kind: String, Sendable { case character = "c", block = "b" }
    package var path: String
    package var kind: Kind
    package var major: Int64
    package var minor: Int64
    /// Permission bits.
    package var mode: UInt32
    package var uid: UInt32
    package var gid: UInt32

    package init(
        path: String, kind: Kind, major: Int64, minor: Int64, mode: UInt32 = 0o600, uid: UInt32 = 0, gid: UInt32 = 0
    ) {
        self.path = path
        self.kind = kind
        self.major = major
        self.minor = minor
        self.mode = mode
        self.uid = uid
        self.gid = gid
    }

    /// The device at `path`, links followed; nil when there is none or it is something else.
    package static func read(_ path: String) -> DeviceNode? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return DeviceNode(path: path, status)
    }

    /// Every device in `folder` and beneath it, sorted by path. Links are left out, and so is what belongs to one
    /// container only: terminals, shared memory, message queues, open files.
    package static func all(in folder: String) -> [DeviceNode] {
        var found: [DeviceNode] = []
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if [".", "..", "pts", "shm", "fd", "mqueue", "console", "ptmx", ".udev"].contains(name) { continue }
            let path = folder + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                found += all(in: path)
            } else if let node = DeviceNode(path: path, status) {
                found.append(node)
            }
        }
        return found.sorted { $0.path < $1.path }
    }

    private init?(path: String, _ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFCHR: kind = .character
        case S_IFBLK: kind = .block
        default: return nil
        }
        self.path = path
        let (major, minor) = DeviceNumber.parts(status.st_rdev)
        (self.major, self.minor) = (Int64(major), Int64(minor))
        mode = status.st_mode & 0o7777
        uid = status.st_uid
        gid = status.st_gid
    }
}
