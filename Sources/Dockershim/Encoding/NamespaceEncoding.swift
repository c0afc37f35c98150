import CRI
import DockerAPI

/// Which namespaces are shared, in Docker's words. Absent options mean what the enum's zeros mean: all of the pod.
enum NamespaceEncoding {
    /// - Parameter pluggedNetwork: whether network plugins set the pod's network up; else Docker's bridge does.
    static func apply(sandbox options: NamespaceOption?, pluggedNetwork: Bool, to host: inout HostConfig) {
        let options = options ?? NamespaceOption()
        if options.pid == .node { host.pidMode = "host" }
        host.ipcMode = options.ipc == .node ? "host" : "shareable"
        host.networkMode = options.network == .node ? "host" : pluggedNetwork ? "none" : "default"
    }

    static func apply(container options: NamespaceOption?, sandboxID: String, to host: inout HostConfig) {
        let options = options ?? NamespaceOption()
        let sandbox = "container:\(sandboxID)"
        host.networkMode = sandbox
        host.ipcMode = sandbox
        if options.network == .node { host.utsMode = "host" }
        switch options.pid {
        case .pod: host.pidMode = sandbox
        case .node: host.pidMode = "host"
        case .target: host.pidMode = "container:\(options.targetId)"
        default: break  // a namespace of its own is Docker's default
        }
    }

    /// Docker does not tell a pod-wide pid namespace from a container's own, so the latter is reported.
    static func read(_ host: HostConfig) -> NamespaceOption {
        NamespaceOption(
            network: host.networkMode == "host" ? .node : .pod,
            pid: host.pidMode == "host" ? .node : .container,
            ipc: host.ipcMode == "host" ? .node : .pod)
    }
}
