/// What devices change about a container: the `containerEdits` of a device file.
package struct ContainerEdits: Sendable, Equatable, Decodable {
    /// `K=V`.
    package var env: [String] = []
    package var deviceNodes: [Node] = []
    package var mounts: [Mount] = []
    package var hooks: [Hook] = []
    package var additionalGroups: [UInt32] = []

    package struct Node: Sendable, Equatable, Decodable {
        /// In the container.
        package var path: String
        /// nil: `path`.
        package var hostPath: String?
        /// `c`, `u` or `b`; with it the numbers count and the host is not asked.
        package var type: String?
        package var major: Int64?
        package var minor: Int64?
        package var fileMode: UInt32?
        /// Of `rwm`; nil: all.
        package var permissions: String?
        package var uid: UInt32?
        package var gid: UInt32?
    }

    package struct Mount: Sendable, Equatable, Decodable {
        package var hostPath: String
        package var containerPath: String
        package var options: [String]?
        /// nil: a bind.
        package var type: String?
    }

    package struct Hook: Sendable, Equatable, Decodable {
        /// `prestart`, `createRuntime`, `createContainer`, `startContainer`, `poststart`, `poststop`.
        package var hookName: String
        package var path: String
        package var args: [String]?
        package var env: [String]?
        /// Seconds.
        package var timeout: Int?
    }

    package init() {}

    package var isEmpty: Bool { self == ContainerEdits() }

    enum CodingKeys: String, CodingKey {
        case env, deviceNodes, mounts, hooks, intelRdt
        case additionalGroups = "additionalGids"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        env = try values.decodeIfPresent([String].self, forKey: .env) ?? []
        deviceNodes = try values.decodeIfPresent([Node].self, forKey: .deviceNodes) ?? []
        mounts = try values.decodeIfPresent([Mount].self, forKey: .mounts) ?? []
        hooks = try values.decodeIfPresent([Hook].self, forKey: .hooks) ?? []
        additionalGroups = try values.decodeIfPresent([UInt32].self, forKey: .additionalGroups) ?? []
        if values.contains(.intelRdt) {
            throw DecodingError.dataCorruptedError(
                forKey: .intelRdt, in: values, debugDescription: "cache and bandwidth classes are not supported")
        }
    }

    /// Adds others' edits behind these.
    mutating func append(_ other: ContainerEdits) {
        env += other.env
        deviceNodes += other.deviceNodes
        mounts += other.mounts
        hooks += other.hooks
        additionalGroups += other.additionalGroups
    }
}
