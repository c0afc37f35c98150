import CRI
import DockerAPI
import Linux
import Logging
import Synchronization

/// Whom containers run as, by container id: looked up once in the files of their images.
struct ContainerUsers: Sendable {
    /// Containers remembered at most; all are forgotten when there are more, so that the table cannot grow.
    static let limit = 1024
    private var table: [String: ResolvedUser] = [:]

    subscript(id: String) -> ResolvedUser? { table[id] }

    mutating func keep(_ user: ResolvedUser, of id: String) {
        if table.count >= Self.limit { table = [:] }
        table[id] = user
    }

    mutating func forget(_ id: String) { table[id] = nil }
}

extension Dockershim {
    /// Looks a container's user up in its own /etc/passwd and /etc/group, read through the daemon.
    /// - Parameter user: Docker's `User`.
    func lookUp(
        _ user: String, groups: [UInt32], imageGroups: ImageGroups, in container: String
    ) async throws -> ResolvedUser {
        let passwd = try await docker.file("/etc/passwd", in: container) ?? []
        let group = try await docker.file("/etc/group", in: container) ?? []
        return try UserLookup.resolve(
            user, passwd: String(decoding: passwd, as: UTF8.self), group: String(decoding: group, as: UTF8.self),
            additional: groups, imageGroups: imageGroups)
    }

    /// What `ContainerStatus` tells; nil when the daemon does not give the files out.
    func user(of inspect: ContainerInspect) async -> ContainerUser? {
        if let known = memory.withLock({ $0.containerUsers[inspect.id] }) { return ContainerUser(known) }
        do {
            let user = try await lookUp(
                inspect.config.user, groups: (inspect.hostConfig.groupAdd ?? []).compactMap { UInt32($0) },
                imageGroups: .unlessGroupGiven, in: inspect.id)
            memory.withLock { $0.containerUsers.keep(user, of: inspect.id) }
            return ContainerUser(user)
        } catch {
            log.debug("user not known", metadata: ["container": "\(inspect.id)", "error": "\(error)"])
            return nil
        }
    }
}

extension ContainerUser {
    init(_ user: ResolvedUser) {
        self.init(
            linux: LinuxContainerUser(
                uid: Int64(user.uid), gid: Int64(user.gid), supplementalGroups: user.groups.map(Int64.init)))
    }
}
