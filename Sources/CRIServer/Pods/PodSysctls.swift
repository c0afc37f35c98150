package import CRI
package import Faults

/// Which kernel parameters a pod may set: those of its own namespaces, and no others.
///
/// Source: the lists that runc and crun go by, in their words "not in a separate kernel namespace".
package enum PodSysctls {
    private static let ipc: Set<String> = [
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax",
        "kernel.shmmni", "kernel.shm_rmid_forced",
    ]

    /// - Returns: the parameters with dots between their parts, as runtimes want them. `/` is taken as well; a part with
    ///   a dot in it (`net/ipv4/conf/eth0.1/…`) then keeps it as `/`, as sysctl(8) does.
    /// - Throws: `.badRequest` for a parameter of the host, or of a namespace that the pod shares with it.
    package static func checked(
        _ sysctls: [String: String], namespaces: NamespaceOption
    ) throws(OxbowError) -> [String: String] {
        var checked: [String: String] = [:]
        for (asked, value) in sysctls.sorted(by: { $0.key < $1.key }) {
            func refuse(_ what: String) -> OxbowError { OxbowError(.badRequest, "sysctl: \(what) (\(asked))") }
            let name = dotted(asked)
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count > 1, parts.allSatisfy({ !$0.isEmpty && !$0.contains("//") }),
                name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else { throw refuse("not the name of one") }
            if name.hasPrefix("net.") {
                guard namespaces.network != .node else { throw refuse("the pod uses the host's network namespace") }
            } else if ipc.contains(name) || name.hasPrefix("fs.mqueue.") {
                guard namespaces.ipc != .node else { throw refuse("the pod uses the host's IPC namespace") }
            } else if name == "kernel.domainname" {
                guard namespaces.network != .node else { throw refuse("the pod uses the host's UTS namespace") }
            } else {
                throw refuse("not in a namespace of the pod's own")
            }
            guard checked.updateValue(value, forKey: name) == nil else { throw refuse("given twice") }
        }
        return checked
    }

    private static func dotted(_ name: String) -> String {
        guard let first = name.first(where: { $0 == "." || $0 == "/" }), first == "/" else { return name }
        return String(name.map { $0 == "/" ? "." : $0 == "." ? "/" : $0 })
    }
}
