import Glibc

/// Names of block devices.
package enum BlockDevice {
    /// `/dev/vda1`, or `8:1` for one that the kernel gives no name. Blocks.
    package static func name(major: UInt64, minor: UInt64) -> String {
        // Devices such as an overlay's or a tmpfs's own are in no folder of /sys.
        let facts = try? Files.read("/sys/dev/block/\(major):\(minor)/uevent", limit: 4096)
        let lines = String(decoding: facts ?? [], as: UTF8.self).split(separator: "\n")
        let name = lines.first { $0.hasPrefix("DEVNAME=") }?.dropFirst("DEVNAME=".count)
        return name.map { "/dev/" + $0 } ?? "\(major):\(minor)"
    }

    /// The device that holds a file; "" when there is no such file. Blocks.
    package static func name(holding path: String) -> String {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return "" }
        let (major, minor) = DeviceNumber.parts(facts.st_dev)
        return name(major: major, minor: minor)
    }
}

enum DeviceNumber {
    /// glibc's gnu_dev_major and gnu_dev_minor, which are macros to C.
    static func parts(_ number: dev_t) -> (major: UInt64, minor: UInt64) {
        let device = UInt64(number)
        return (((device >> 8) & 0xfff) | ((device >> 32) & ~0xfff), (device & 0xff) | ((device >> 12) & ~0xff))
    }
}
