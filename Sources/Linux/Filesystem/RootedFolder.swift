import CLinux
import Glibc

/// A folder as the root of what is written into it: no name, link or `..` from outside leads out.
///
/// Every parent is opened with `openat2(RESOLVE_IN_ROOT)` and worked in by descriptor. Every call blocks.
package final class RootedFolder {
    /// What is put in one place.
    package enum Kind: Sendable, Equatable {
        case file
        case folder
        case symlink(target: String)
        /// Target as a path beneath the same root.
        case hardlink(target: String)
        /// `mode` type bits of mknod(2): S_IFCHR, S_IFBLK or S_IFIFO.
        case node(type: UInt32, major: UInt32, minor: UInt32)
    }

    package struct Attributes: Sendable, Equatable {
        /// Permission bits, set-id and sticky included.
        package var mode: UInt32
        package var uid: UInt32
        package var gid: UInt32
        /// Nanoseconds since 1970.
        package var modified: Int64
        package var extended: [(name: String, value: [UInt8])]

        package init(
            mode: UInt32, uid: UInt32 = 0, gid: UInt32 = 0, modified: Int64 = 0,
            extended: [(name: String, value: [UInt8])] = []
        ) {
            self.mode = mode
            self.uid = uid
            self.gid = gid
            self.modified = modified
            self.extended = extended
        }

        package static func == (a: Attributes, b: Attributes) -> Bool {
            a.mode == b.mode && a.uid == b.uid && a.gid == b.gid && a.modified == b.modified
                && a.extended.elementsEqual(b.extended) { $0.name == $1.name && $0.value == $1.value }
        }
    }

    package let path: String
    private let root: Int32
    /// Folders' times are set last, since every entry made in one changes them.
    private var folderTimes: [(path: String, modified: Int64)] = []

    package init(_ path: String) throws(SystemFailure) {
        self.path = path
        root = try Files.opened(path, Int32(CLINUX_O_PATH) | O_DIRECTORY)
    }

    deinit { close(root) }

    /// Puts one entry in its place, over whatever stood there; only a folder over a folder keeps what is in it.
    /// - Parameter relative: `a/b`, without leading slash, `.` or `..`; parents that are missing are made.
    /// - Parameter content: writes a regular file's bytes to the descriptor it is given.
    package func place(
        _ relative: String, _ kind: Kind, _ attributes: Attributes, content: (Int32) throws -> Void = { _ in }
    ) throws {
        let (parent, name) = try openParent(of: relative, making: true)
        defer { close(parent) }
        let inside = "/proc/self/fd/\(parent)/\(name)"
        var facts = stat()
        let stands = fstatat(parent, name, &facts, AT_SYMLINK_NOFOLLOW) == 0
        let keeps = stands && kind == .folder && facts.st_mode & S_IFMT == S_IFDIR
        if stands && !keeps { try Files.removeTree(inside) }

        switch kind {
        case .folder:
            guard keeps || mkdirat(parent, name, 0o700) == 0 else { throw SystemFailure("mkdir", relative) }
            folderTimes.append((relative, attributes.modified))
        case .file:
            let file = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw SystemFailure("open", relative) }
            defer { close(file) }
            try content(file)
        case .symlink(let target):
            guard symlinkat(target, parent, name) == 0 else { throw SystemFailure("symlink", relative) }
        case .hardlink(let target):
            let (targetParent, targetName) = try openParent(of: target, making: false)
            defer { close(targetParent) }
            guard linkat(targetParent, targetName, parent, name, 0) == 0 else { throw SystemFailure("link", relative) }
            // Its attributes are those of the file it is another name of.
            return
        case .node(let type, let major, let minor):
            guard mknodat(parent, name, type | 0o600, clinux_device(major, minor)) == 0 else {
                throw SystemFailure("mknod", relative)
            }
        }
        try apply(attributes, to: kind, in: parent, name, inside, relative)
    }

    /// An extended attribute of a folder that stands already; "" is the root itself.
    package func mark(_ folder: String, _ name: String, _ value: [UInt8]) throws(SystemFailure) {
        let descriptor = try openFolder(folder, making: true)
        defer { close(descriptor) }
        guard setxattr("/proc/self/fd/\(descriptor)", name, value, value.count, 0) == 0 else {
            throw SystemFailure("setxattr", folder)
        }
    }

    /// Sets the folders' times, the innermost first. To be called once, after the last entry.
    package func finish() throws(SystemFailure) {
        for (folder, modified) in folderTimes.reversed() {
            let (parent, name) = try openParent(of: folder, making: false)
            defer { close(parent) }
            setTime(modified, parent, name)
        }
    }

    private func apply(
        _ attributes: Attributes, to kind: Kind, in parent: Int32, _ name: String, _ inside: String, _ relative: String
    ) throws(SystemFailure) {
        guard fchownat(parent, name, attributes.uid, attributes.gid, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw SystemFailure("chown", relative)
        }
        for (key, value) in attributes.extended where lsetxattr(inside, key, value, value.count, 0) != 0 {
            throw SystemFailure("setxattr", "\(relative) \(key)")
        }
        if case .symlink = kind {
        } else {
            // After chown, which takes the set-id bits away.
            guard fchmodat(parent, name, attributes.mode & 0o7777, 0) == 0 else {
                throw SystemFailure("chmod", relative)
            }
        }
        setTime(attributes.modified, parent, name)
    }

    /// A time that cannot be set (before 1901, say) is no reason to refuse an image.
    private func setTime(_ modified: Int64, _ parent: Int32, _ name: String) {
        let time = timespec(tv_sec: Int(modified / 1_000_000_000), tv_nsec: Int(abs(modified % 1_000_000_000)))
        _ = [time, time].withUnsafeBufferPointer { utimensat(parent, name, $0.baseAddress, AT_SYMLINK_NOFOLLOW) }
    }

    private func openParent(of relative: String, making: Bool) throws(SystemFailure) -> (Int32, String) {
        guard let slash = relative.lastIndex(of: "/") else { return (try openFolder("", making: making), relative) }
        let name = String(relative[relative.index(after: slash)...])
        return (try openFolder(String(relative[..<slash]), making: making), name)
    }

    private func openFolder(_ relative: String, making: Bool) throws(SystemFailure) -> Int32 {
        var descriptor: Int32 = -1
        let target = relative.isEmpty ? "." : relative
        let failure = clinux_open_in_root(root, target, Int32(CLINUX_O_PATH) | O_DIRECTORY, 0, &descriptor)
        if failure == 0 { return descriptor }
        guard failure == ENOENT, making, !relative.isEmpty else {
            throw SystemFailure("openat2", relative, errno: failure)
        }
        let (parent, name) = try openParent(of: relative, making: true)
        defer { close(parent) }
        guard mkdirat(parent, name, 0o755) == 0 || errno == EEXIST else { throw SystemFailure("mkdir", relative) }
        try SystemFailure.check(
            clinux_open_in_root(root, relative, Int32(CLINUX_O_PATH) | O_DIRECTORY, 0, &descriptor), "openat2", relative
        )
        return descriptor
    }
}
