import Glibc

/// What this process may hand on to a container.
package struct DaemonRights: Sendable, Equatable {
    /// `CAP_NET_ADMIN` …, from CapBnd ∩ CapPrm.
    package let capabilities: Set<String>
    /// The lowest oom_score_adj we may give away: −1000, or our own value when CAP_SYS_RESOURCE is missing.
    package let lowestOOMScore: Int

    package init(capabilities: Set<String>, lowestOOMScore: Int) {
        self.capabilities = capabilities
        self.lowestOOMScore = lowestOOMScore
    }

    package static func read() throws(SystemFailure) -> DaemonRights {
        let status = String(decoding: try Files.read("/proc/self/status", limit: 64 << 10), as: UTF8.self)
        let score = String(decoding: try Files.read("/proc/self/oom_score_adj", limit: 64), as: UTF8.self)
        let held = parseCapabilities(status)
        let own = Int(score.prefix { !$0.isWhitespace }) ?? 0
        return DaemonRights(
            capabilities: held, lowestOOMScore: held.contains("CAP_SYS_RESOURCE") ? -1000 : own)
    }

    static func parseCapabilities(_ status: String) -> Set<String> {
        func bits(_ key: String) -> UInt64 {
            let line = status.split(separator: "\n").first { $0.hasPrefix(key + ":") }
            return line.flatMap { $0.split(whereSeparator: \.isWhitespace).last }.flatMap { UInt64($0, radix: 16) } ?? 0
        }
        let held = bits("CapBnd") & bits("CapPrm")
        return Set(Self.names.enumerated().filter { held & (1 << UInt64($0.offset)) != 0 }.map { "CAP_" + $0.element })
    }

    /// In order of their bit. Source: linux/capability.h.
    package static let names = [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
        "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
        "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
        "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
        "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
        "CHECKPOINT_RESTORE",
    ]
}
