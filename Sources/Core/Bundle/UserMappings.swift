package import Faults
package import Linux
package import OCI

/// Id mappings of a user namespace, checked and in the runtime's terms.
package enum UserMappings {
    /// Lines of /proc/PID/uid_map that the kernel takes (user_namespaces(7)).
    package static let limit = 340

    /// - Throws: `.badRequest` for mappings that are empty, overlap, leave the range of ids or do not map id 0.
    package static func check(_ users: UserNamespaceSpec) throws(OxbowError) {
        for (name, mappings) in [("uids", users.uids), ("gids", users.gids)] {
            func refuse(_ what: String) -> OxbowError { OxbowError(.badRequest, "user namespace: \(name) \(what)") }
            guard !mappings.isEmpty, mappings.count <= limit else { throw refuse("need 1 to \(limit) mappings") }
            for mapping in mappings {
                let end = UInt64(UInt32.max)
                guard mapping.length > 0, UInt64(mapping.container) + UInt64(mapping.length) <= end,
                    UInt64(mapping.host) + UInt64(mapping.length) <= end
                else { throw refuse("hold a mapping out of range (\(IDMapping.lines([mapping]).dropLast()))") }
            }
            guard !overlaps(mappings, \.container), !overlaps(mappings, \.host) else { throw refuse("overlap") }
            guard IDMapping.host(0, in: mappings) != nil else { throw refuse("do not map id 0") }
        }
    }

    private static func overlaps(_ mappings: [IDMapping], _ side: KeyPath<IDMapping, UInt32>) -> Bool {
        let sorted = mappings.sorted { $0[keyPath: side] < $1[keyPath: side] }
        return zip(sorted, sorted.dropFirst()).contains { earlier, later in
            earlier[keyPath: side] + earlier.length > later[keyPath: side]
        }
    }

    package static func oci(_ mappings: [IDMapping]) -> [RuntimeSpec.IDMapping] {
        mappings.map { RuntimeSpec.IDMapping(containerID: $0.container, hostID: $0.host, size: $0.length) }
    }
}
