import CRI
import Linux

/// What a replay needs of this host in the kubelet's place: folders, files, pod cgroups. Undone at the end.
struct ReplayHost: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let paths: HostPaths
    private let cgroupPrefix: String?
    /// Cgroups above the pods' that were not there before, nearest the root first.
    private let cgroups: [String]
    private let tree: CgroupTree?

    init(_ trace: Trace, workFolder: String, cgroupPrefix: String?) async throws {
        self.cgroupPrefix = cgroupPrefix
        let requests = trace.calls.map(\.request)
        let foreign = Set(requests.flatMap { HostPaths.foreign(in: $0) })
        let parents = Set(requests.compactMap { $0.string(at: "config", "linux", "cgroup_parent") }).filter {
            // A systemd slice is not a path; its runtime makes and keeps it through systemd.
            $0.hasPrefix("/")
        }
        let found = try await blocking {
            let tree = try? CgroupTree.detect()
            let missing = parents.sorted().flatMap { parent in
                let path = (cgroupPrefix ?? "") + parent
                return (tree?.missingAncestors(of: path) ?? []) + [path]
            }
            return (existing: foreign.filter { Files.exists($0) }, tree: tree, missing: missing)
        }
        paths = HostPaths(root: workFolder, existing: found.existing)
        tree = found.tree
        var seen: Set<String> = []
        cgroups = found.missing.filter { seen.insert($0).inserted }
    }

    func moved(_ request: JSONValue) -> (request: JSONValue, needs: [HostPaths.Need]) {
        let moved = paths.moved(request)
        guard let cgroupPrefix else { return moved }
        let prefixed = ["config", "sandbox_config"].reduce(moved.request) { request, config in
            request.changing([config, "linux", "cgroup_parent"]) { parent in
                parent.string.map { .string($0.hasPrefix("/") ? cgroupPrefix + $0 : $0) } ?? parent
            }
        }
        return (prefixed, moved.needs)
    }

    static func make(_ needs: [HostPaths.Need]) async throws {
        guard !needs.isEmpty else { return }
        do {
            try await blocking {
                for need in needs {
                    switch need {
                    case .folder(let path): try Files.makeFolders(path)
                    case .file(let path):
                        guard !Files.exists(path) else { continue }
                        if let slash = path.lastIndex(of: "/") { try Files.makeFolders(String(path[..<slash])) }
                        try Files.write(path, [])
                    }
                }
            }
        } catch let failure as SystemFailure {
            throw Failure(description: "host path: cannot be made: \(failure)")
        }
    }

    /// Takes away the work folder and the cgroups that were not there before.
    /// - Returns: what is left and why.
    func remove() async -> [String] {
        do {
            return try await blocking {
                try Files.removeTree(paths.root)
                return cgroups.reversed().filter { tree?.remove($0) == false }.map { "cgroup: still in use (\($0))" }
            }
        } catch {
            return ["work folder: cannot be removed (\(paths.root): \(error))"]
        }
    }
}
