import CRI

/// CRI labels and annotations as Docker labels, the only place where Docker lets them be kept. They never change after
/// the create.
enum DockerLabels {
    static let type = "io.kubernetes.docker.type"
    static let sandboxType = "podsandbox"
    static let containerType = "container"
    static let logPath = "io.kubernetes.container.logpath"
    static let sandboxID = "io.kubernetes.sandbox.id"
    static let containerName = "io.kubernetes.container.name"
    static let annotationPrefix = "annotation."
    /// The names of the CRI's own labels, a line each: Docker merges the image's labels among them, and these are no
    /// labels of the pod. Not in 1.20, like the rest of this prefix.
    static let ownLabels = ownPrefix + "labels"
    /// The name of the image as the pod's author wrote it.
    static let userSpecifiedImage = ownPrefix + "user-specified-image"
    private static let ownPrefix = "io.oxbow.cri."

    static func ofSandbox(_ config: PodSandboxConfig) -> [String: String] {
        var labels = merged(config.labels, config.annotations)
        labels[type] = sandboxType
        labels[containerName] = ObjectName.sandboxContainer
        return labels
    }

    static func ofContainer(
        _ config: ContainerConfig, sandbox: PodSandboxConfig, sandboxID id: String, era: Era
    ) -> [String: String] {
        var labels = merged(config.labels, config.annotations)
        labels[type] = containerType
        let hasLog = !config.logPath.isEmpty || era.takesFolderForLog
        labels[logPath] = hasLog ? PathText.join(sandbox.logDirectory, config.logPath) : ""
        labels[sandboxID] = id
        if !era.knowsOnlyFieldsOf120 {
            // A name with a line end in it could not be told apart; then the image's labels are shown too.
            if !config.labels.keys.contains(where: { $0.utf8.contains(0x0A) }) {
                labels[ownLabels] = config.labels.keys.sorted().joined(separator: "\n")
            }
            let image = config.image?.userSpecifiedImage ?? ""
            if !image.isEmpty { labels[userSpecifiedImage] = image }
        }
        return labels
    }

    /// An annotation wins over a label that happens to be called `annotation.X`.
    private static func merged(_ labels: [String: String], _ annotations: [String: String]) -> [String: String] {
        var all = labels
        for (name, value) in annotations { all[annotationPrefix + name] = value }
        return all
    }

    /// Docker's labels taken apart again. Labels of the image come back as labels where nothing tells which are the pod's,
    /// because Docker merged them.
    static func read(_ docker: [String: String]?) -> (labels: [String: String], annotations: [String: String]) {
        var labels: [String: String] = [:]
        var annotations: [String: String] = [:]
        let isSandbox = docker?[type] == sandboxType
        let own = docker?[ownLabels].map { Set($0.split(separator: "\n").map(String.init)) }
        for (name, value) in docker ?? [:] {
            switch name {
            case type, logPath, sandboxID: continue
            case containerName where isSandbox: continue
            case let name where name.hasPrefix(ownPrefix): continue
            default: break
            }
            if name.hasPrefix(annotationPrefix) {
                annotations[String(name.dropFirst(annotationPrefix.count))] = value
            } else if own?.contains(name) ?? true {
                labels[name] = value
            }
        }
        return (labels, annotations)
    }

    /// The `label` filter that lists objects of one kind.
    static func filter(type kind: String, and more: [String: String] = [:]) -> [String] {
        ["\(type)=\(kind)"] + more.map { "\($0)=\($1)" }.sorted()
    }
}
