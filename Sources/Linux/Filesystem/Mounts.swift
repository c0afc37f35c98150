import CLinux
import Glibc

package enum Mounts {
    /// mount(2) takes one page of options, closing zero byte included, and cuts the rest off in silence.
    private static let optionLimit = 4095

    /// Many layers make an option string too long; it is then written relative to the folder that all paths share.
    ///
    /// - Parameter lower: folders, the lowest last, as overlay wants them; at least one.
    /// - Throws: EINVAL for a path with `,`, `:` or `\`, which mean something in the option string; E2BIG when even the
    ///   shorter string is too long.
    package static func overlay(
        lower: [String], upper: String, work: String, at target: String
    ) throws(SystemFailure) {
        let paths = lower + [upper, work]
        guard !lower.isEmpty, !paths.contains(where: { path in path.contains { ",:\\".contains($0) } }) else {
            throw SystemFailure("mount", target, errno: EINVAL)
        }
        let options = overlayOptions(lower, upper, work)
        if options.utf8.count <= optionLimit {
            guard mount("overlay", target, "overlay", 0, options) == 0 else { throw SystemFailure("mount", target) }
            return
        }
        let shared = sharedFolder(of: paths)
        func short(_ path: String) -> String { String(path.dropFirst(shared.count)) }
        let shorter = overlayOptions(lower.map(short), short(upper), short(work))
        guard shorter.utf8.count <= optionLimit, target.hasPrefix("/"), shared.hasPrefix("/") else {
            throw SystemFailure("mount", target, errno: E2BIG)
        }
        try SystemFailure.check(clinux_mount_overlay_from(shared, shorter, target), "mount", target)
    }

    /// An overlay that nobody can write to: layers alone, the lowest last. One layer needs a second beneath it, for which
    /// `empty` serves.
    package static func readOnlyOverlay(
        lower: [String], empty: String, at target: String
    ) throws(SystemFailure) {
        let lower = lower.count > 1 ? lower : lower + [empty]
        guard !lower.contains(where: { path in path.contains { ",:\\".contains($0) } }) else {
            throw SystemFailure("mount", target, errno: EINVAL)
        }
        let options = "lowerdir=" + lower.joined(separator: ":")
        if options.utf8.count <= optionLimit {
            guard mount("overlay", target, "overlay", UInt(MS_RDONLY), options) == 0 else {
                throw SystemFailure("mount", target)
            }
            return
        }
        let shared = sharedFolder(of: lower)
        let shorter = "lowerdir=" + lower.map { String($0.dropFirst(shared.count)) }.joined(separator: ":")
        guard shorter.utf8.count <= optionLimit, target.hasPrefix("/"), shared.hasPrefix("/") else {
            throw SystemFailure("mount", target, errno: E2BIG)
        }
        // Without an upper folder an overlay is read only by itself.
        try SystemFailure.check(clinux_mount_overlay_from(shared, shorter, target), "mount", target)
    }

    private static func overlayOptions(_ lower: [String], _ upper: String, _ work: String) -> String {
        "lowerdir=\(lower.joined(separator: ":")),upperdir=\(upper),workdir=\(work)"
    }

    /// The longest path ending in `/` that all paths begin with; "" when there is none.
    static func sharedFolder(of paths: [String]) -> String {
        guard var shared = paths.first.map({ $0[...] }) else { return "" }
        for path in paths { shared = shared.prefix(zip(shared, path).prefix { $0 == $1 }.count) }
        return shared.lastIndex(of: "/").map { String(shared[...$0]) } ?? ""
    }

    package static func bind(_ source: String, at target: String, readOnly: Bool = false) throws(SystemFailure) {
        guard mount(source, target, nil, UInt(MS_BIND), nil) == 0 else { throw SystemFailure("mount", target) }
        guard readOnly else { return }
        let failure = clinux_mount_read_only(target)
        guard failure != 0 else { return }
        umount2(target, Int32(CLINUX_MNT_DETACH))  // It must not stay writable; the first failure is the one to report.
        throw SystemFailure("mount_setattr", target, errno: failure)
    }

    /// Mounts a folder with its owners mapped; nothing that is mounted in it comes along.
    /// - Throws: EINVAL where the kernel cannot map this file system's owners.
    package static func mapped(
        _ source: String, at target: String, uids: [IDMapping], gids: [IDMapping]
    ) throws(SystemFailure) {
        try SystemFailure.check(
            clinux_mount_mapped(source, target, IDMapping.lines(uids), IDMapping.lines(gids)), mapping, target)
    }
    /// The `call` of a failure of `mapped`.
    package static let mapping = "mount_setattr"

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
        .filter { folder == "/" || $0 == folder || $0.hasPrefix(folder + "/") }
        .reversed()
        .sorted { $0.utf8.count > $1.utf8.count }
    }

    static func unescaped(_ field: Substring) -> String {
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
