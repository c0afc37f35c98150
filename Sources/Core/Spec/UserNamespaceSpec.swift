package import Linux

/// The user namespace of a container: the pod's sandbox has one of its own, its containers join that.
package struct UserNamespaceSpec: Sendable, Codable, Equatable {
    /// nil: one of its own; else that of the running container with this id, whose mappings are these.
    package var holder: String?
    package var uids: [IDMapping]
    package var gids: [IDMapping]

    package init(holder: String? = nil, uids: [IDMapping], gids: [IDMapping]) {
        self.holder = holder
        self.uids = uids
        self.gids = gids
    }

    /// What the container's root is on this host.
    /// - Precondition: id 0 is mapped in both: `Bundle.build` refuses others.
    package var root: (uid: UInt32, gid: UInt32) {
        (IDMapping.host(0, in: uids) ?? 0, IDMapping.host(0, in: gids) ?? 0)
    }
}
