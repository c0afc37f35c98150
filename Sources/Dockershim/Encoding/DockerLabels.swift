import CRI

/// CRI labels and annotations as Docker labels, the only place where Docker lets them be kept. They never change after
/// the create.
///
/// 1.20 lost a label whose key meant something in this encoding, and took an image's labels for the container's own. Today
/// such a key is written behind `escaped`, and `keys` tells which labels are the client's.
enum DockerLabels {
    static let type = "io.kubernetes.docker.type"
    static let sandboxType = "podsandbox"
    static let containerType = "container"
    static let logPath = "io.kubernetes.container.logpath"
    static let sandboxID = "io.kubernetes.sandbox.id"
    static let containerName = "io.kubernetes.container.name"
    static let annotationPrefix = "annotation."

    /// Before everything that dockershim did not have.
    private static let today = "io.oxbow.shim."
    static let escaped = today + "label."
    /// Docker's names of all the client's labels and annotations, separated by commas, which JSON need not escape.
    static let keys = today + "keys"
    /// The runtime handler of a sandbox, when it is not the default one.
    static let handler = today + "handler"
    /// The name of a container's image as the pod's author wrote it.
    static let userSpecifiedImage = today + "user-specified-image"

    static func ofSandbox(_ config: PodSandboxConfig, handler name: String = "", era: Era) -> [String: String] {
        var labels = merged(config.labels, config.annotations, era: era, isSandbox: true)
        labels[type] = sandboxType
        labels[containerName] = ObjectName.sandboxContainer
        if !era.losesLabels, !name.isEmpty { labels[handler] = name }
        return labels
    }

    static func ofContainer(
        _ config: ContainerConfig, sandbox: PodSandboxConfig, sandboxID id: String, era: Era
    ) -> [String: String] {
        var labels = merged(config.labels, config.annotations, era: era, isSandbox: false)
        labels[type] = containerType
        let hasLog = !config.logPath.isEmpty || era.takesFolderForLog
        labels[logPath] = hasLog ? PathText.join(sandbox.logDirectory, config.logPath) : ""
        labels[sandboxID] = id
        let image = config.image?.userSpecifiedImage ?? ""
        if !era.knowsOnlyFieldsOf120, !image.isEmpty { labels[userSpecifiedImage] = image }
        return labels
    }

    /// An annotation wins over a label that happens to be called `annotation.X`, where that is not escaped.
    private static func merged(
        _ labels: [String: String], _ annotations: [String: String], era: Era, isSandbox: Bool
    ) -> [String: String] {
        var all: [String: String] = [:]
        for (name, value) in labels { all[key(ofLabel: name, era: era, isSandbox: isSandbox)] = value }
        for (name, value) in annotations { all[annotationPrefix + name] = value }
        // A key with a comma in it, which Kubernetes allows in none, cannot be listed; then an image's labels are not told
        // apart.
        if !era.losesLabels, !all.keys.contains(where: { $0.utf8.contains(comma) }) {
            all[keys] = all.keys.sorted().joined(separator: ",")
        }
        return all
    }

    private static func key(ofLabel name: String, era: Era, isSandbox: Bool) -> String {
        guard !era.losesLabels else { return name }
        let isOurs =
            name.hasPrefix(annotationPrefix) || name.hasPrefix(today) || [type, logPath, sandboxID].contains(name)
            || isSandbox && name == containerName
        return isOurs ? escaped + name : name
    }

    /// Docker's labels taken apart again. Without `keys`, labels of the image come back as labels, because Docker merged
    /// them.
    static func read(_ docker: [String: String]?) -> (labels: [String: String], annotations: [String: String]) {
        var labels: [String: String] = [:]
        var annotations: [String: String] = [:]
        let docker = docker ?? [:]
        let isSandbox = docker[type] == sandboxType
        let own = ownKeys(docker, isSandbox: isSandbox)
        for (name, value) in docker {
            if let own, !own.contains(name) { continue }
            switch name {
            case type, logPath, sandboxID, keys, handler, userSpecifiedImage: continue
            case containerName where isSandbox: continue
            default: break
            }
            if name.hasPrefix(annotationPrefix) {
                annotations[name.past(annotationPrefix)] = value
            } else if name.hasPrefix(escaped) {
                labels[name.past(escaped)] = value
            } else {
                labels[name] = value
            }
        }
        return (labels, annotations)
    }

    private static let comma = UInt8(ascii: ",")

    /// - Returns: nil when all labels that are not the bridge's own are the client's, so that none needs to be looked up: a
    ///   list asks this of every container, and few images have labels.
    private static func ownKeys(_ docker: [String: String], isSandbox: Bool) -> Set<String>? {
        guard let listed = docker[keys] else { return nil }
        let names = [type, logPath, sandboxID, keys, handler, userSpecifiedImage] + (isSandbox ? [containerName] : [])
        let others = docker.count - names.count { docker[$0] != nil }
        if others == (listed.isEmpty ? 0 : listed.utf8.count { $0 == comma } + 1) { return nil }
        return Set(listed.utf8.split(separator: comma, omittingEmptySubsequences: false).map { String(Substring($0)) })
    }

    /// The `label` filter that lists objects of one kind.
    /// - Parameters:
    ///   - more: a selector over the client's labels.
    ///   - sandbox: only containers of this one; "": of all.
    static func filter(
        type kind: String, and more: [String: String] = [:], sandbox: String = "", era: Era
    ) -> [String] {
        let isSandbox = kind == sandboxType
        var wanted = more.map { "\(key(ofLabel: $0.key, era: era, isSandbox: isSandbox))=\($0.value)" }
        if !sandbox.isEmpty { wanted.append("\(sandboxID)=\(sandbox)") }
        return ["\(type)=\(kind)"] + wanted.sorted()
    }
}

extension String {
    /// What follows a prefix that it has; by bytes, since `dropFirst` counts characters.
    fileprivate func past(_ prefix: String) -> String { String(Substring(utf8.dropFirst(prefix.utf8.count))) }
}
