package import CRI
package import Faults
import NIOCore

/// What a pod sandbox's configuration must be on any runtime, checked before anything is made.
///
/// Not for the bridge of 1.20, which left all of it to Docker.
package enum PodConfigCheck {
    /// Bytes of a host name (Linux, HOST_NAME_MAX).
    static let hostnameLimit = 64

    /// - Throws: `.badRequest` naming the field, `.unsupported` for a mode that no runtime here has.
    package static func check(_ config: PodSandboxConfig) throws(OxbowError) {
        guard config.hostname.utf8.count <= hostnameLimit else {
            throw OxbowError(.badRequest, "config.hostname: longer than \(hostnameLimit) bytes (\(config.hostname))")
        }
        if let dns = config.dnsConfig { try check(dns) }
        try check(config.portMappings)
        guard let linux = config.linux else { return }
        let security = linux.securityContext ?? LinuxSandboxSecurityContext()
        let namespaces = security.namespaceOptions ?? NamespaceOption()
        try check(namespaces)
        _ = try PodSysctls.checked(linux.sysctls, namespaces: namespaces)
        for group in security.supplementalGroups where UInt32(exactly: group) == nil {
            throw OxbowError(.badRequest, "security_context.supplemental_groups: not a group id (\(group))")
        }
        if security.runAsGroup != nil, security.runAsUser == nil {
            throw OxbowError(.badRequest, "security_context.run_as_group: needs run_as_user")
        }
    }

    /// Each text becomes part of a line of resolv.conf.
    private static func check(_ dns: DNSConfig) throws(OxbowError) {
        for text in dns.servers + dns.searches + dns.options
        where text.isEmpty || text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            throw OxbowError(.badRequest, "config.dns_config: not a word of resolv.conf (\(text))")
        }
    }

    private static func check(_ mappings: [PortMapping]) throws(OxbowError) {
        for mapping in mappings where mapping.hostPort != 0 {
            guard (1...65_535).contains(mapping.hostPort) else {
                throw OxbowError(.badRequest, "config.port_mappings: host_port is not a port (\(mapping.hostPort))")
            }
            guard (1...65_535).contains(mapping.containerPort) else {
                throw OxbowError(
                    .badRequest, "config.port_mappings: container_port is not a port (\(mapping.containerPort))")
            }
            guard mapping.transport.name != nil else {
                throw OxbowError(
                    .badRequest, "config.port_mappings: unknown protocol (\(mapping.transport.rawValue))")
            }
            // Only parsed; nothing is connected to.
            guard mapping.hostIp.isEmpty || (try? SocketAddress(ipAddress: mapping.hostIp, port: 0)) != nil else {
                throw OxbowError(.badRequest, "config.port_mappings: host_ip is not an address (\(mapping.hostIp))")
            }
        }
    }

    private static func check(_ namespaces: NamespaceOption) throws(OxbowError) {
        guard namespaces.pid != .target else {
            throw OxbowError(.badRequest, "namespace_options.pid: TARGET is for containers, not for sandboxes")
        }
        guard let users = namespaces.usernsOptions else { return }
        switch users.mode {
        case .node:
            guard users.uids.isEmpty, users.gids.isEmpty else {
                throw OxbowError(.badRequest, "userns_options: NODE takes no mappings")
            }
        case .pod:
            // What the host's namespaces belong to is the host's root, which the pod's root is not.
            for (name, mode) in [
                ("network", namespaces.network), ("pid", namespaces.pid), ("ipc", namespaces.ipc),
            ] where mode == .node {
                throw OxbowError(.badRequest, "userns_options: POD cannot be with the host's \(name) namespace")
            }
        default:
            throw OxbowError(.unsupported, "userns_options: only POD and NODE (\(users.mode.name ?? "unknown mode"))")
        }
    }
}

extension NamespaceOption {
    /// Whether a user namespace of the pod's own is asked for.
    package var asksForUserNamespace: Bool { usernsOptions?.mode == .pod }
}
