import Linux
import Testing

/// What tests look at on this host, past the CRI.
extension Kubelet {
    /// The stage's own folders: state, sockets, network leases, logs. All begin with this.
    private var base: String { String(folder.dropLast("-kubelet".count)) }

    /// Everything on this host that still bears one of the names: mounts, cgroups, processes, files of the stage, leases
    /// and packet filter rules.
    func remains(of names: [String]) async throws -> [String] {
        var found: [String] = []
        func keep(_ what: String, _ text: [UInt8]) {
            for line in String(decoding: text, as: UTF8.self).split(separator: "\n")
            where names.contains(where: { line.contains($0) }) { found.append("\(what): \(line)") }
        }
        let leases = base + "-network/leases"
        try await blocking {
            for name in names { #expect(!name.isEmpty) }
            _ = try? Files.makeFolders(leases)
        }
        keep("mount", try await blocking { try Files.read("/proc/self/mountinfo") })
        keep("cgroup", try await output("find", ["/sys/fs/cgroup", "-type", "d"]))
        keep("process", try await output("ps", ["-eo", "args", "-ww"]))
        // Not into mounts: a look into a container's files would keep them from being unmounted.
        keep("file", try await output("find", [base, base + "-network", "-xdev"]))
        for name in names { keep("lease", try await output("grep", ["-rH", name, leases])) }
        for program in ["iptables-save", "ip6tables-save"] { keep("rule", try await output(program, ["-t", "nat"])) }
        return found.filter { !$0.hasPrefix("process: find ") && !$0.hasPrefix("process: grep ") }
    }

    private func output(_ program: String, _ arguments: [String]) async throws -> [UInt8] {
        // Their exit codes say whether something was found; files that go meanwhile are no trouble.
        try await Processes.shared.run(Command(program, arguments), outputLimit: 32 << 20).output
    }

    /// Runs a program on this host.
    func hostSays(_ program: String, _ arguments: [String]) async throws -> String {
        String(decoding: try await output(program, arguments), as: UTF8.self)
    }

    /// Processes in the cgroup of a container or sandbox, by its id.
    func processes(of id: String) async throws -> [Int32] {
        try await blocking {
            try Files.entries(of: "/proc").compactMap { Int32($0) }.filter { pid in
                // Processes that end meanwhile have no file any more.
                guard let text = try? Files.read("/proc/\(pid)/cgroup", limit: 1 << 16) else { return false }
                return String(decoding: text, as: UTF8.self).contains(id)
            }.sorted()
        }
    }

    /// A line of /proc/PID/status: `Groups` → `10 20`.
    func fact(_ name: String, of pid: Int32) async throws -> String {
        let text = try await blocking { String(decoding: try Files.read("/proc/\(pid)/status"), as: UTF8.self) }
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
        return line.dropFirst(name.count + 1).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The target of /proc/PID/ns/KIND: `net:[4026531840]`.
    func namespace(_ kind: String, of pid: Int32) async throws -> String {
        try await blocking { try Files.link(at: "/proc/\(pid)/ns/\(kind)") }
    }
}

extension Pod {
    /// The process that holds the sandbox's namespaces.
    var holder: Int32 {
        get async throws { try #require(try await kubelet.processes(of: id).first) }
    }
}
