package import Faults
package import OCI

/// Computes a container's capabilities from Docker's default set, what the client adds and drops, and what the daemon
/// itself holds.
package enum CapabilitySet {
    /// What a container has when nothing is said: Docker's fourteen.
    package static let standard = [
        "CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD",
        "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID",
        "CAP_SYS_CHROOT",
    ]

    /// Every capability of Linux 5.9 and later.
    package static let all = [
        "CAP_AUDIT_CONTROL", "CAP_AUDIT_READ", "CAP_AUDIT_WRITE", "CAP_BLOCK_SUSPEND", "CAP_BPF",
        "CAP_CHECKPOINT_RESTORE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID",
        "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_KILL", "CAP_LEASE", "CAP_LINUX_IMMUTABLE", "CAP_MAC_ADMIN",
        "CAP_MAC_OVERRIDE", "CAP_MKNOD", "CAP_NET_ADMIN", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_RAW",
        "CAP_PERFMON", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYSLOG", "CAP_SYS_ADMIN",
        "CAP_SYS_BOOT", "CAP_SYS_CHROOT", "CAP_SYS_MODULE", "CAP_SYS_NICE", "CAP_SYS_PACCT", "CAP_SYS_PTRACE",
        "CAP_SYS_RAWIO", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_WAKE_ALARM",
    ]

    /// The wanted set, sorted, before any clamp. `ALL` in `drop` empties the start set, after which single additions count.
    /// - Throws: `.badRequest` for a name that is no capability.
    package static func wanted(_ spec: CapabilitySpec, privileged: Bool) throws(OxbowError) -> [String] {
        let add = try names(spec.add)
        let drop = try names(spec.drop)
        var set = Set(privileged || add.contains(everything) ? all : standard)
        if drop.contains(everything) { set = [] }
        set.formUnion(add.filter { $0 != everything })
        set.subtract(drop)
        return set.sorted()
    }

    /// The five sets of a process.
    /// - Parameter held: what the daemon may hand on; the rest is left out and returned as `clamped`.
    package static func sets(
        _ spec: CapabilitySpec, privileged: Bool, held: Set<String>
    ) throws(OxbowError) -> (sets: RuntimeSpec.Capabilities, clamped: [String]) {
        let wanted = try wanted(spec, privileged: privileged)
        let given = wanted.filter(held.contains)
        // An ambient capability must be permitted and inheritable; without one, inheritable stays empty so that a
        // program's file capabilities cannot combine with it.
        let ambient = try names(spec.ambient).filter(given.contains).sorted()
        return (
            RuntimeSpec.Capabilities(
                bounding: given, effective: given, inheritable: ambient, permitted: given, ambient: ambient),
            wanted.filter { !held.contains($0) }
        )
    }

    private static let everything = "ALL"

    private static func names(_ given: [String]) throws(OxbowError) -> Set<String> {
        var names: Set<String> = []
        for each in given {
            let upper = each.uppercased()
            if upper == everything || upper == "CAP_ALL" {
                names.insert(everything)
                continue
            }
            let name = upper.hasPrefix("CAP_") ? upper : "CAP_" + upper
            guard all.contains(name) else { throw OxbowError(.badRequest, "capability: unknown (\(each))") }
            names.insert(name)
        }
        return names
    }
}
