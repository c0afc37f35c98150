import Glibc

/// The cgroup tree of this host, whichever version.
package struct CgroupTree: Sendable, Equatable {
    package enum Version: String, Sendable, Codable { case v1, v2 }
    package let version: Version
    /// v1: controller → mount point, and `unified` → a v2 tree beside them, in which runtimes make cgroups too.
    /// v2: "" → mount point.
    package let roots: [String: String]

    package init(version: Version, roots: [String: String]) {
        self.version = version
        self.roots = roots
    }

    /// - Throws: ENOENT when no cgroup file system is mounted.
    package static func detect() throws(SystemFailure) -> CgroupTree {
        let mounts = String(decoding: try Files.read("/proc/self/mounts", limit: 64 << 20), as: UTF8.self)
        guard let tree = parse(mounts) else { throw SystemFailure("mount", "cgroup", errno: ENOENT) }
        return tree
    }

    /// A hybrid layout (v1 controllers with a v2 tree beside them) counts as v1.
    static func parse(_ mounts: String) -> CgroupTree? {
        var controllers: [String: String] = [:]
        var unified: String?
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 3 else { continue }
            if fields[2] == "cgroup2" { unified = unified ?? String(fields[1]) }
            guard fields[2] == "cgroup" else { continue }
            for option in fields[3].split(separator: ",") where known.contains(String(option)) {
                controllers[String(option)] = controllers[String(option)] ?? String(fields[1])
            }
        }
        if !controllers.isEmpty, let unified { controllers["unified"] = unified }
        if !controllers.isEmpty { return CgroupTree(version: .v1, roots: controllers) }
        return unified.map { CgroupTree(version: .v2, roots: ["": $0]) }
    }

    private static let known: Set<String> = [
        "cpuset", "cpu", "cpuacct", "blkio", "memory", "devices", "freezer", "net_cls", "perf_event", "net_prio",
        "hugetlb", "pids", "rdma", "misc", "name=systemd",
    ]

    /// Counters of one cgroup (`path` begins with "/", as in the OCI `cgroupsPath`); nil when there is none.
    package func counters(of path: String) -> CgroupCounters? {
        var texts = CgroupTexts(files: [:])
        switch version {
        case .v1:
            for (controller, files) in CgroupCounters.v1Files {
                guard let root = roots[controller] else { continue }
                for file in files { texts.files[file] = Self.text(root + path + "/" + file) }
            }
            return texts.files.isEmpty ? nil : CgroupCounters(v1: texts)
        case .v2:
            guard let root = roots[""] else { return nil }
            for file in CgroupCounters.v2Files { texts.files[file] = Self.text(root + path + "/" + file) }
            return texts.files.isEmpty ? nil : CgroupCounters(v2: texts)
        }
    }

    /// The main hierarchy: where processes are counted and paths are asked for.
    private var main: (controller: String, root: String)? {
        for controller in version == .v2 ? [""] : ["cpuacct", "memory", "pids", "cpu"] {
            if let root = roots[controller] { return (controller, root) }
        }
        return nil
    }

    /// Pids in the cgroup at `path`, those in cgroups beneath it left out.
    package func processes(in path: String) -> [Int32] {
        guard let main, let text = Self.text(main.root + path + "/cgroup.procs") else { return [] }
        return text.split(separator: "\n").compactMap { Int32($0) }
    }

    /// Ancestors of `path` that do not exist yet, nearest the root first: what a removal may take away again.
    package func missingAncestors(of path: String) -> [String] {
        guard let main else { return [] }
        var missing: [String] = []
        var ancestor = ""
        for part in path.split(separator: "/").dropLast() {
            ancestor += "/" + part
            if !Files.exists(main.root + ancestor) { missing.append(ancestor) }
        }
        return missing
    }

    /// Removes the cgroup in every hierarchy; a missing one is fine.
    /// - Returns: false when one could not be removed (processes or cgroups in it).
    @discardableResult
    package func remove(_ path: String) -> Bool {
        guard path.count > 1 else { return false }
        var removed = true
        for root in Set(roots.values) where rmdir(root + path) != 0 && errno != ENOENT { removed = false }
        return removed
    }

    /// Creates `path`, with its ancestors, in the hierarchies that `move` uses.
    package func create(_ path: String) throws(SystemFailure) {
        for root in placingRoots { try Files.makeFolders(root + path) }
    }

    /// Moves a process; what it starts from then on begins there.
    package func move(_ pid: Int32, into path: String) throws(SystemFailure) {
        for root in placingRoots { try Files.write(root + path + "/cgroup.procs", Array("\(pid)\n".utf8)) }
    }

    /// Only those that account: a cpuset, say, would need settings of its own before it takes a process.
    private var placingRoots: [String] {
        version == .v2 ? roots[""].map { [$0] } ?? [] : ["cpuacct", "memory"].compactMap { roots[$0] }
    }

    /// The cgroup path of a process in the main hierarchy.
    package func path(of pid: Int32) -> String? {
        guard let main, let text = Self.text("/proc/\(pid)/cgroup") else { return nil }
        return Self.path(in: text, controller: main.controller)
    }

    /// Lines of `number:controllers:path`; the v2 line has no controllers.
    static func path(in text: String, controller: String) -> String? {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            if controller.isEmpty ? fields[1].isEmpty : fields[1].split(separator: ",").contains(Substring(controller))
            {
                return String(fields[2])
            }
        }
        return nil
    }

    /// Whether a limit on swap can be set: some kernels account for none. Blocks.
    package var limitsSwap: Bool {
        switch version {
        case .v1: roots["memory"].map { Files.exists($0 + "/memory.memsw.limit_in_bytes") } ?? false
        case .v2: Files.exists("/proc/swaps")
        }
    }

    /// The page sizes of which this host counts huge pages, as its control files spell them: `2MB`, `1GB`. Blocks.
    package var hugepageSizes: Set<String> {
        let root = version == .v1 ? roots["hugetlb"] : "/sys/kernel/mm/hugepages"
        // A host without the controller has none.
        guard let root, let names = try? Files.entries(of: root) else { return [] }
        return Set(names.compactMap(version == .v1 ? Self.hugepageSize(controlFile:) : Self.hugepageSize(folder:)))
    }

    /// `hugetlb.2MB.limit_in_bytes` → `2MB`.
    static func hugepageSize(controlFile name: String) -> String? {
        guard name.hasPrefix("hugetlb."), name.hasSuffix("B.limit_in_bytes"), !name.contains(".rsvd.") else {
            return nil
        }
        return String(name.dropFirst("hugetlb.".count).dropLast(".limit_in_bytes".count))
    }

    /// `hugepages-2048kB` → `2MB`.
    static func hugepageSize(folder name: String) -> String? {
        guard name.hasPrefix("hugepages-"), name.hasSuffix("kB"),
            var size = UInt64(name.dropFirst("hugepages-".count).dropLast(2)), size > 0
        else { return nil }
        var unit = 0
        while size % 1024 == 0, unit < 2 { (size, unit) = (size / 1024, unit + 1) }
        return "\(size)\(["KB", "MB", "GB"][unit])"
    }

    private static func text(_ path: String) -> String? {
        // A missing or vanishing cgroup is what the callers' nil stands for.
        (try? Files.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }
}
