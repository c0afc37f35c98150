import CDI
import CRI
import Core
import Faults

/// Puts what CDI devices change into a container of the core.
struct DeviceEdits {
    let edits: ContainerEdits

    /// Names in the container's own field, and those that older kubelets wrote into annotations.
    static func names(_ config: ContainerConfig) -> [String] {
        let annotated = config.annotations.filter { $0.key.hasPrefix("cdi.k8s.io/") }.sorted { $0.key < $1.key }
            .flatMap { $0.value.split(separator: ",").map(String.init) }
        return config.cdiDevices.map(\.name) + annotated
    }

    /// - Throws: `.unsupported` for an edit that the core has no place for.
    func apply(to spec: inout ContainerSpec) throws(OxbowError) {
        for variable in edits.env {
            guard let mark = variable.firstIndex(of: "=") else {
                throw OxbowError(.badRequest, "CDI device: not a variable (\(variable))")
            }
            var lines = EnvironmentList(spec.process.environment)
            lines.set(String(variable[..<mark]), String(variable[variable.index(after: mark)...]))
            spec.process.environment = lines.lines
        }
        for node in edits.deviceNodes {
            let device = try DeviceSpec(node)
            spec.devices.removeAll { $0.containerPath == device.containerPath }
            spec.devices.append(device)
        }
        for mount in edits.mounts { spec.mounts.append(try MountSpec(mount)) }
        for hook in edits.hooks {
            guard let moment = HookSpec.Moment(rawValue: hook.hookName) else {
                throw OxbowError(.badRequest, "CDI device: unknown hook (\(hook.hookName))")
            }
            spec.hooks.append(
                HookSpec(
                    moment: moment, path: hook.path, arguments: hook.args ?? [], environment: hook.env ?? [],
                    timeout: hook.timeout))
        }
        spec.process.additionalGroups += edits.additionalGroups
    }
}

extension DeviceSpec {
    fileprivate init(_ node: ContainerEdits.Node) throws(OxbowError) {
        self.init(
            hostPath: node.hostPath ?? node.path, containerPath: node.path, permissions: node.permissions ?? "rwm",
            mode: node.fileMode, uid: node.uid, gid: node.gid)
        guard let type = node.type, let major = node.major, let minor = node.minor, major != 0 || minor != 0 else {
            return
        }
        guard ["b", "c", "u"].contains(type) else {
            throw OxbowError(.unsupported, "CDI device: a node of type \(type) (\(node.path))")
        }
        number = Number(kind: type == "b" ? "b" : "c", major: major, minor: minor)
    }
}

extension MountSpec {
    fileprivate init(_ mount: ContainerEdits.Mount) throws(OxbowError) {
        var options = mount.options ?? []
        let kind = mount.type ?? ""
        guard kind.isEmpty || kind == "bind" || kind == "none" else {
            throw OxbowError(.unsupported, "CDI device: a mount of type \(kind) (\(mount.containerPath))")
        }
        let readOnly = options.contains("ro")
        let propagation: Propagation =
            options.contains { $0 == "shared" || $0 == "rshared" }
            ? .rshared : options.contains { $0 == "slave" || $0 == "rslave" } ? .rslave : .rprivate
        let isRecursive = !options.contains("bind") || options.contains("rbind")
        options.removeAll { !PodMounts.options.contains($0) }
        self.init(
            kind: .bind, source: mount.hostPath, destination: mount.containerPath, readOnly: readOnly,
            isRecursive: isRecursive, propagation: propagation, options: options)
    }
}
