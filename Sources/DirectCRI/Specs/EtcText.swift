import CRI
import Linux

/// The text of a pod's /etc/resolv.conf.
enum ResolvConf {
    /// One `nameserver` line each, one `search` and one `options` line, those without content left out.
    /// - Returns: nil when nothing is said: the host's own text is then the pod's.
    static func text(_ dns: DNSConfig) -> String? {
        var lines = dns.servers.map { "nameserver \($0)" }
        if !dns.searches.isEmpty { lines.append("search " + dns.searches.joined(separator: " ")) }
        if !dns.options.isEmpty { lines.append("options " + dns.options.joined(separator: " ")) }
        return lines.isEmpty ? nil : lines.map { $0 + "\n" }.joined()
    }
}

/// The text of a pod's /etc/hosts where no kubelet mounts its own.
enum PodHosts {
    static func text(hostname: String) -> String {
        """
        127.0.0.1\tlocalhost
        ::1\tlocalhost ip6-localhost ip6-loopback
        127.0.1.1\t\(hostname)

        """
    }
}

/// The host's own files, for pods on the host's network.
enum HostFiles {
    /// Small files on the root file system, read once a sandbox. nil when the host has none.
    private static func text(_ path: String) -> String? {
        (try? Files.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }

    static var resolvConf: String? { text("/etc/resolv.conf") }
    static var hosts: String? { text("/etc/hosts") }
    static var hostname: String? { text("/etc/hostname") }
    /// Lines of `name (mode)`. A list that cannot be read hides nothing: the runtime then decides.
    static func hasAppArmorProfile(_ name: String) -> Bool {
        guard let profiles = text("/sys/kernel/security/apparmor/profiles") else { return true }
        return profiles.split(separator: "\n").contains { $0.hasPrefix(name + " (") }
    }
    static var hasAppArmor: Bool { text("/sys/module/apparmor/parameters/enabled")?.hasPrefix("Y") ?? false }
}
