package import Faults
package import Linux
package import OCI

/// The document of one program that is started in a running container.
package enum ExecDocument {
    package static func process(
        _ spec: ExecSpec, in container: ContainerSpec, user: ResolvedUser, rights: DaemonRights
    ) throws(OxbowError) -> RuntimeSpec.Process {
        let own = container.process
        var process = RuntimeSpec.Process(
            terminal: spec.terminal,
            user: RuntimeSpec.User(
                uid: user.uid, gid: user.gid, additionalGids: user.groups.isEmpty ? nil : user.groups),
            args: spec.arguments,
            env: ProcessEnvironment.complete(
                own.environment + spec.environment, home: user.home, hostname: container.hostname,
                terminal: spec.terminal),
            cwd: [spec.workingDirectory, own.workingDirectory].first { !$0.isEmpty } ?? "/")
        guard process.cwd.hasPrefix("/") else {
            throw OxbowError(.badRequest, "working directory: must be absolute (\(process.cwd))")
        }
        process.capabilities = try CapabilitySet.sets(
            own.capabilities, privileged: container.privileged || spec.privileged, held: rights.capabilities
        ).sets
        process.noNewPrivileges = own.noNewPrivileges && !spec.privileged
        process.selinuxLabel = own.selinuxLabel.isEmpty ? nil : own.selinuxLabel
        return process
    }
}
