package struct NamespaceSpec: Sendable, Codable {
    package enum Source: Sendable, Codable, Equatable {
        case own
        case host
        /// Joined through /proc/PID/ns of the running container with this id.
        case container(String)
    }
    package var pid: Source
    package var ipc: Source
    package var uts: Source
    package var cgroup: Source
    /// nil: the host's.
    package var user: UserNamespaceSpec?
    package init(
        pid: Source = .own,
        ipc: Source = .own,
        uts: Source = .own,
        cgroup: Source = .own,
        user: UserNamespaceSpec? = nil
    ) {
        self.pid = pid
        self.ipc = ipc
        self.uts = uts
        self.cgroup = cgroup
        self.user = user
    }
}
