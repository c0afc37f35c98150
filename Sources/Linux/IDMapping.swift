/// A run of user or group ids: what a user namespace calls `container`, this host calls `host`.
package struct IDMapping: Sendable, Codable, Hashable {
    package var container: UInt32
    package var host: UInt32
    /// At least 1.
    package var length: UInt32

    package init(container: UInt32, host: UInt32, length: UInt32) {
        self.container = container
        self.host = host
        self.length = length
    }

    /// The text of /proc/PID/uid_map.
    package static func lines(_ mappings: [IDMapping]) -> String {
        mappings.map { "\($0.container) \($0.host) \($0.length)\n" }.joined()
    }

    /// The host's name of an id of the container; nil when it is not mapped.
    package static func host(_ id: UInt32, in mappings: [IDMapping]) -> UInt32? {
        for mapping in mappings where id >= mapping.container && id - mapping.container < mapping.length {
            return mapping.host + (id - mapping.container)
        }
        return nil
    }
}
