package import Faults
import Linux
package import OCI

/// Device nodes and the rules of the devices cgroup.
///
/// The runtimes make the standard nodes (null, zero, full, random, urandom, tty, ptmx) and allow them by themselves.
package enum Devices {
    /// - Throws: `.badRequest` when a wanted device is not there or the permissions are not of `rwm`.
    package static func of(
        _ spec: ContainerSpec, _ facts: BundleFacts
    ) throws(OxbowError) -> (nodes: [RuntimeSpec.Device], rules: [RuntimeSpec.Resources.DeviceRule]) {
        var nodes: [RuntimeSpec.Device] = []
        var rules = [RuntimeSpec.Resources.DeviceRule(allow: spec.privileged, access: "rwm")]
        if spec.privileged { nodes = facts.hostDevices.map { device($0, at: $0.path) } }
        for wanted in spec.devices {
            let access = wanted.permissions.isEmpty ? "rwm" : wanted.permissions
            guard access.allSatisfy("rwm".contains) else {
                throw OxbowError(.badRequest, "device: invalid permissions (\(wanted.permissions))")
            }
            guard let found = hostNodes(of: wanted, facts), !found.isEmpty else {
                throw OxbowError(.badRequest, "device: no such device (\(wanted.hostPath))")
            }
            let target = wanted.containerPath.isEmpty ? wanted.hostPath : wanted.containerPath
            for node in found {
                let path = target + node.path.dropFirst(wanted.hostPath.count)
                nodes.removeAll { $0.path == path }
                var given = device(node, at: path)
                given.fileMode = wanted.mode ?? given.fileMode
                given.uid = wanted.uid ?? given.uid
                given.gid = wanted.gid ?? given.gid
                nodes.append(given)
                if !spec.privileged {
                    rules.append(
                        RuntimeSpec.Resources.DeviceRule(
                            allow: true, type: node.kind.rawValue, major: node.major, minor: node.minor, access: access)
                    )
                }
            }
        }
        return (nodes, rules)
    }

    private static func hostNodes(of wanted: DeviceSpec, _ facts: BundleFacts) -> [DeviceNode]? {
        guard let number = wanted.number else { return facts.devices[wanted.hostPath] }
        guard let kind = DeviceNode.Kind(rawValue: number.kind) else { return nil }
        return [DeviceNode(path: wanted.hostPath, kind: kind, major: number.major, minor: number.minor, mode: 0o666)]
    }

    private static func device(_ node: DeviceNode, at path: String) -> RuntimeSpec.Device {
        RuntimeSpec.Device(
            path: path, type: node.kind.rawValue, major: node.major, minor: node.minor, fileMode: node.mode,
            uid: node.uid, gid: node.gid)
    }
}
