package import Faults
import Linux
package import OCI

/// A container's `config.json`, and what had to be taken back from what was asked.
package struct Bundle: Sendable, Equatable {
    package var document: RuntimeSpec
    /// Capabilities that the daemon does not hold.
    package var clampedCapabilities: [String]
    /// The asked `oom_score_adj`, when it lies below what the daemon may give.
    package var clampedOOMScore: Int?

    /// Builds the document: a pure function of the specification and what was looked up.
    /// - Throws: `.badRequest` naming the part of the specification that cannot be.
    package static func build(_ spec: ContainerSpec, _ facts: BundleFacts) throws(OxbowError) -> Bundle {
        guard !spec.process.arguments.isEmpty else { throw OxbowError(.badRequest, "arguments: required") }
        let (process, clampedCapabilities, clampedScore) = try process(spec, facts)

        var linux = RuntimeSpec.Linux(namespaces: namespaces(spec, facts))
        if let users = spec.namespaces.user {
            try UserMappings.check(users)
            linux.uidMappings = UserMappings.oci(users.uids)
            linux.gidMappings = UserMappings.oci(users.gids)
        }
        linux.cgroupsPath = facts.cgroupsPath
        var resources = try Limits.resources(spec.resources, facts)
        let devices = try Devices.of(spec, facts)
        resources.devices = devices.rules
        linux.devices = devices.nodes.isEmpty ? nil : devices.nodes
        linux.resources = resources
        linux.rootfsPropagation = BundleMounts.rootPropagation(spec.mounts)
        linux.sysctl = spec.sysctls.isEmpty ? nil : spec.sysctls
        if !spec.privileged {
            linux.maskedPaths = spec.maskedPaths
            linux.readonlyPaths = spec.readOnlyPaths
            linux.seccomp = try Seccomp.document(spec.seccomp, capabilities: Set(process.capabilities?.bounding ?? []))
        }

        let ownsHostname = spec.namespaces.uts == .own
        let document = RuntimeSpec(
            process: process, root: RuntimeSpec.Root(path: facts.rootfs, readonly: spec.readOnlyRoot),
            hostname: ownsHostname && !spec.hostname.isEmpty ? spec.hostname : nil,
            mounts: try BundleMounts.of(spec, facts),
            annotations: spec.annotations.isEmpty ? nil : spec.annotations, hooks: hooks(spec.hooks), linux: linux)
        return Bundle(
            document: document, clampedCapabilities: clampedCapabilities, clampedOOMScore: clampedScore)
    }

    private static func hooks(_ asked: [HookSpec]) -> RuntimeSpec.Hooks? {
        guard !asked.isEmpty else { return nil }
        func calls(_ moment: HookSpec.Moment) -> [RuntimeSpec.Hook]? {
            let calls = asked.filter { $0.moment == moment }.map {
                RuntimeSpec.Hook(
                    path: $0.path, args: $0.arguments.isEmpty ? nil : $0.arguments,
                    env: $0.environment.isEmpty ? nil : $0.environment, timeout: $0.timeout)
            }
            return calls.isEmpty ? nil : calls
        }
        var hooks = RuntimeSpec.Hooks()
        hooks.prestart = calls(.prestart)
        hooks.createRuntime = calls(.createRuntime)
        hooks.createContainer = calls(.createContainer)
        hooks.startContainer = calls(.startContainer)
        hooks.poststart = calls(.poststart)
        hooks.poststop = calls(.poststop)
        return hooks
    }

    private static func process(
        _ spec: ContainerSpec, _ facts: BundleFacts
    ) throws(OxbowError) -> (RuntimeSpec.Process, clamped: [String], clampedScore: Int?) {
        let asked = spec.process
        var process = RuntimeSpec.Process(
            terminal: asked.terminal,
            user: RuntimeSpec.User(
                uid: facts.user.uid, gid: facts.user.gid,
                additionalGids: facts.user.groups.isEmpty ? nil : facts.user.groups),
            args: asked.arguments,
            env: ProcessEnvironment.complete(
                asked.environment, home: facts.user.home, hostname: spec.hostname, terminal: asked.terminal),
            cwd: asked.workingDirectory.isEmpty ? "/" : asked.workingDirectory)
        guard process.cwd.hasPrefix("/") else {
            throw OxbowError(.badRequest, "working directory: must be absolute (\(process.cwd))")
        }
        let (sets, clamped) = try CapabilitySet.sets(
            asked.capabilities, privileged: spec.privileged, held: facts.heldCapabilities)
        process.capabilities = sets
        process.noNewPrivileges = asked.noNewPrivileges
        if !asked.limits.isEmpty {
            process.rlimits = asked.limits.map { limit in
                let type = limit.type.uppercased()
                return RuntimeSpec.Rlimit(
                    type: type.hasPrefix("RLIMIT_") ? type : "RLIMIT_" + type, soft: limit.soft, hard: limit.hard)
            }
        }
        process.apparmorProfile = spec.privileged ? nil : profile(asked.apparmorProfile)
        process.selinuxLabel = asked.selinuxLabel.isEmpty ? nil : asked.selinuxLabel

        var clampedScore: Int?
        if let score = asked.oomScoreAdj ?? spec.resources.oomScoreAdj {
            guard (-1000...1000).contains(score) else {
                throw OxbowError(.badRequest, "oom_score_adj: must be in range -1000 to 1000 (\(score))")
            }
            if score < facts.lowestOOMScore { clampedScore = score }
            process.oomScoreAdj = max(score, facts.lowestOOMScore)
        }
        return (process, clamped, clampedScore)
    }

    /// The kernel's name of a profile; nil leaves the choice to the kernel (`unconfined`, `runtime/default` and "").
    private static func profile(_ text: String) -> String? {
        if ["", "unconfined", "runtime/default", "docker-default"].contains(text) { return nil }
        return text.hasPrefix("localhost/") ? String(text.dropFirst("localhost/".count)) : text
    }

    private static func namespaces(_ spec: ContainerSpec, _ facts: BundleFacts) -> [RuntimeSpec.Namespace] {
        var list = [RuntimeSpec.Namespace("mount")]
        func add(_ kind: NamespaceKind, _ source: NamespaceSpec.Source) {
            switch source {
            case .own: list.append(RuntimeSpec.Namespace(kind.rawValue))
            case .host: break
            case .container: list.append(RuntimeSpec.Namespace(kind.rawValue, path: facts.joined[kind]))
            }
        }
        add(.pid, spec.namespaces.pid)
        add(.ipc, spec.namespaces.ipc)
        add(.uts, spec.namespaces.uts)
        // On version 1 every runtime mounts just the container's own part of each hierarchy, so Docker and the CRI
        // runtimes make no cgroup namespace there.
        if facts.cgroupVersion == .v2 || spec.namespaces.cgroup != .own { add(.cgroup, spec.namespaces.cgroup) }
        if let users = spec.namespaces.user { add(.user, users.holder.map(NamespaceSpec.Source.container) ?? .own) }
        switch spec.network {
        case .none: list.append(RuntimeSpec.Namespace("network"))
        case .host: break
        case .container: list.append(RuntimeSpec.Namespace("network", path: facts.joined[.network]))
        case .pod:
            // A namespace made inside a user namespace belongs to it; the runtime then makes it, and it is pinned after.
            let path = facts.networkNamespace
            list.append(RuntimeSpec.Namespace("network", path: spec.namespaces.user == nil ? path : nil))
        }
        return list
    }
}
