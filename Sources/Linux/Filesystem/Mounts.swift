import CLinux
import Glibc

package enum Mounts {
    /// - Parameter lower: folders, the lowest last, as overlay wants them; at least one.
    package static func overlay(
        lower: [String], upper: String, work: String, at target: String
    ) throws(SystemFailure) {
        let options = "lowerdir=\(lower.joined(separator: ":")),upperdir=\(upper),workdir=\(work)"
        // The kernel takes one page of options and cuts the rest off in silence.
        guard options.utf8.count < 4096 else { throw SystemFailure("mount", target, errno: E2BIG) }
        guard mount("overlay", target, "overlay", 0, options) == 0 else { throw SystemFailure("mount", target) }
    }

    package static func bind(_ source: String, at target: String, readOnly: Bool = false) throws(SystemFailure) {
        guard mount(source, target, nil, UInt(MS_BIND), nil) == 0 else { throw SystemFailure("mount", target) }
        guard readOnly else { return }
        let flags = UInt(MS_BIND | MS_REMOUNT | MS_RDONLY)
        guard mount(nil, target, nil, flags, nil) == 0 else { throw SystemFailure("mount", target) }
    }

    /// A file system in memory of at most `bytes`.
    package static func memory(at target: String, bytes: UInt64, mode: UInt32) throws(SystemFailure) {
        let options = "size=\(bytes),mode=\(String(mode, radix: 8))"
        let flags = UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC)
        guard mount("shm", target, "tmpfs", flags, options) == 0 else { throw SystemFailure("mount", target) }
    }

    /// Unmounts; what is not mounted, or not there, is fine.
    package static func unmount(_ target: String, lazily: Bool = false) throws(SystemFailure) {
        let flags = Int32(CLINUX_UMOUNT_NOFOLLOW) | (lazily ? Int32(CLINUX_MNT_DETACH) : 0)
        guard umount2(target, flags) == 0 || errno == EINVAL || errno == ENOENT else {
            throw SystemFailure("umount", target)
        }
    }

    /// Mount points at or beneath a folder, deepest first, from /proc/self/mountinfo.
    package static func points(beneath folder: String) throws(SystemFailure) -> [String] {
        let text = try Files.read("/proc/self/mountinfo", limit: 64 << 20)
        return points(in: String(decoding: text, as: UTF8.self), beneath: folder)
    }

    /// Field 5 of each line; space, tab, newline and backslash stand as octal (`\040`).
    static func points(in mountinfo: String, beneath folder: String) -> [String] {
        mountinfo.split(separator: "\n").compactMap { line -> String? in
            let fields = line.split(separator: " ")
            guard fields.count > 4 else { return nil }
            return unescaped(fields[4])
        }
        .filter { $0 == folder || $0.hasPrefix(folder + "/") }
        .reversed()
        .sorted { $0.utf8.count > $1.utf8.count }
    }

    private static func unescaped(_ field: Substring) -> String {
        guard field.contains("\\") else { return String(field) }
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let octal = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(octal)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
