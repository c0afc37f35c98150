/// The first two numbers of a kernel's release.
package struct KernelVersion: Sendable, Comparable {
    package let major: Int
    package let minor: Int

    package init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// `6.1.0-18-amd64` → 6.1; nil for what does not begin with two numbers.
    package init?(release: String) {
        let numbers = release.split(separator: ".", maxSplits: 2).prefix(2).map { Int($0.prefix { $0.isNumber }) }
        guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else { return nil }
        self.init(major, minor)
    }

    /// Of this host; 0.0 when it does not tell. Reads a file in memory.
    package static var running: KernelVersion {
        let text = (try? Files.read("/proc/sys/kernel/osrelease", limit: 4096)) ?? []
        return KernelVersion(release: String(decoding: text, as: UTF8.self)) ?? KernelVersion(0, 0)
    }

    package static func < (left: KernelVersion, right: KernelVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}
