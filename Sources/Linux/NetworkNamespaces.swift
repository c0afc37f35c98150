import CLinux
import Glibc

/// A network namespace kept alive by a bind mount, so that it outlives every process in it.
package enum NetworkNamespaces {
    /// Room for the addresses of one interface as text.
    private static let addressText = 4096

    /// Creates the namespace, brings `lo` up and binds it to the file at `path`, which is made.
    package static func create(at path: String) throws(SystemFailure) {
        try Files.makeFolders(Files.parent(of: path))
        try SystemFailure.check(clinux_netns_pin(path), "unshare", path)
    }

    /// Binds the network namespace of a process to the file at `path`, which is made.
    package static func pin(ofProcess pid: Int32, at path: String) throws(SystemFailure) {
        try Files.makeFolders(Files.parent(of: path))
        try Files.write(path, [], mode: 0o444)
        do throws(SystemFailure) {
            try Mounts.bind("/proc/\(pid)/ns/net", at: path)
        } catch {
            try Files.removeFile(path)
            throw error
        }
    }

    /// Whether the file is a namespace, and not what is left of its name after the mount is gone.
    package static func isOne(_ path: String) -> Bool {
        clinux_is_namespace(path) == 0
    }

    /// Missing is fine; a process still inside keeps the namespace until it ends.
    package static func delete(_ path: String) throws(SystemFailure) {
        try Mounts.unmount(path, lazily: true)
        try Files.removeFile(path)
    }

    /// The addresses of global scope on `interface`, IPv4 first, in the namespace file at `path` (`/proc/PID/ns/net` too).
    package static func addresses(of interface: String, in path: String) throws(SystemFailure) -> [String] {
        var text = [CChar](repeating: 0, count: addressText)
        try SystemFailure.check(clinux_netns_addresses(path, interface, &text, text.count), "setns", path)
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
