import CDI
import CRI
import DockerAPI

/// Puts what CDI devices change into a create body, so that a daemon need not know of CDI.
///
/// Docker has no place for a node's own mode and owner, nor for `nosuid`, `nodev` and `noexec` of a bind; these are left
/// out, as they change nothing about what the container reaches.
struct DeviceEdits {
    let edits: ContainerEdits

    /// Names in the container's own field, and those that older kubelets wrote into annotations.
    static func names(_ config: CRI.ContainerConfig) -> [String] {
        let annotated = config.annotations.filter { $0.key.hasPrefix("cdi.k8s.io/") }.sorted { $0.key < $1.key }
            .flatMap { $0.value.split(separator: ",").map(String.init) }
        return config.cdiDevices.map(\.name) + annotated
    }

    /// - Throws: `.unsupported` for an edit that Docker has no place for.
    func apply(to body: inout ContainerCreateRequest) throws(BridgeFailure) {
        guard !edits.isEmpty else { return }
        if let hook = edits.hooks.first {
            throw BridgeFailure(.unsupported, "CDI device: Docker's API has no hooks (\(hook.path))")
        }
        var host = body.hostConfig ?? HostConfig()
        let names = Set(edits.env.map(Self.variable))
        let kept = (body.config.env ?? []).filter { !names.contains(Self.variable($0)) }
        body.config.env = kept + edits.env
        for node in edits.deviceNodes {
            var devices = host.resources.devices ?? []
            devices.removeAll { $0.pathInContainer == node.path }
            devices.append(
                DeviceMapping(
                    pathOnHost: node.hostPath ?? node.path, pathInContainer: node.path,
                    cgroupPermissions: node.permissions ?? "rwm"))
            host.resources.devices = devices
        }
        for mount in edits.mounts {
            guard ["", "bind", "none"].contains(mount.type ?? "") else {
                throw BridgeFailure(
                    .unsupported, "CDI device: a mount of type \(mount.type ?? "") (\(mount.containerPath))")
            }
            let options = mount.options ?? []
            let propagation: MountPropagation =
                options.contains { $0 == "shared" || $0 == "rshared" }
                ? .propagationBidirectional
                : options.contains { $0 == "slave" || $0 == "rslave" }
                    ? .propagationHostToContainer : .propagationPrivate
            host.mounts =
                (host.mounts ?? []) + [
                    MountEncoding.object(
                        Mount(
                            containerPath: mount.containerPath, hostPath: mount.hostPath,
                            readonly: options.contains("ro"), propagation: propagation))
                ]
        }
        if !edits.additionalGroups.isEmpty {
            host.groupAdd = (host.groupAdd ?? []) + edits.additionalGroups.map(String.init)
        }
        body.hostConfig = host
    }

    private static func variable(_ line: String) -> Substring { line.prefix { $0 != "=" } }
}
