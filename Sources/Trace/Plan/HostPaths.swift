import CRI

/// Moves the recording's host paths under a folder of the replay.
///
/// A kubelet makes these paths before it asks; a replay must do it in the kubelet's place, and must not touch the
/// kubelet's own folders while it does.
struct HostPaths: Sendable, Equatable {
    /// A path that a call needs on this host.
    enum Need: Sendable, Hashable {
        case folder(String)
        case file(String)
    }

    /// The folder under which everything lands; a recorded path follows as it is.
    let root: String
    /// Paths outside the kubelet's folders that this host has too; they stay as they are.
    let existing: Set<String>

    /// Folders whose contents belong to the recording's kubelet, whatever this host has there.
    private static let kubeletFolders = ["/var/lib/kubelet/", "/var/log/pods/"]
    /// Mount points in a container whose source is one file.
    private static let filesInContainers: Set<String> = [
        "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/dev/termination-log",
    ]

    func mapped(_ path: String) -> String {
        guard path.hasPrefix("/") else { return path }
        if existing.contains(path), !Self.isKubelets(path) { return path }
        return root + path
    }

    private static func isKubelets(_ path: String) -> Bool { kubeletFolders.contains { path.hasPrefix($0) } }

    /// Host paths of mounts that lie outside the kubelet's folders: what the host must be asked about.
    static func foreign(in request: JSONValue) -> [String] {
        mounts(of: request).compactMap { $0.string(at: "host_path") }.filter { $0.hasPrefix("/") && !isKubelets($0) }
    }

    /// The request with its paths moved, and what must exist before it is sent.
    func moved(_ request: JSONValue) -> (request: JSONValue, needs: [Need]) {
        var needs: [Need] = []
        let annotation = "io.kubernetes.container.terminationMessagePath"
        let terminationLog = request.string(at: "config", "annotations", annotation)
        for mount in Self.mounts(of: request) {
            guard let source = mount.string(at: "host_path"), mapped(source) != source else { continue }
            let target = mount.string(at: "container_path") ?? ""
            let isFile = Self.filesInContainers.contains(target) || target == terminationLog
            needs.append(isFile ? .file(mapped(source)) : .folder(mapped(source)))
        }
        for config in ["config", "sandbox_config"] {
            guard let folder = request.string(at: config, "log_directory"), !folder.isEmpty else { continue }
            needs.append(.folder(mapped(folder)))
            // A container's log path is relative to its sandbox's log folder, and the kubelet makes what lies between.
            if config == "sandbox_config", let log = request.string(at: "config", "log_path"),
                let slash = log.lastIndex(of: "/")
            {
                needs.append(.folder(mapped(folder) + "/" + log[..<slash]))
            }
        }
        let move = { (value: JSONValue) in value.string.map { JSONValue.string(mapped($0)) } ?? value }
        let moved =
            request
            .changing(["config", "log_directory"], move)
            .changing(["sandbox_config", "log_directory"], move)
            .changing(["config", "mounts"]) { list in
                .array((list.array ?? []).map { $0.changing(["host_path"], move) })
            }
        return (moved, needs)
    }

    private static func mounts(of request: JSONValue) -> [JSONValue] {
        request.value(at: "config", "mounts")?.array ?? []
    }
}
