/// One member of a Go struct: its JSON name, and how it is read into and written from the Swift value.
package struct GoMember<Root: GoObject>: Sendable {
    let name: String
    /// The API levels whose Go struct has this member.
    let versions: ClosedRange<APIVersion>
    let read: @Sendable (inout Root, KeyedDecodingContainer<GoKey>, GoKey) throws -> Void
    let write: @Sendable (Root, inout KeyedEncodingContainer<GoKey>) throws -> Void
}

/// From the first level to any.
package let everyVersion = APIVersion(0, 0)...APIVersion(.max, .max)

/// What one line of a type's table stands for: a member, or all members of an embedded struct.
package struct GoField<Root: GoObject>: Sendable {
    let members: [GoMember<Root>]
}

extension GoField {
    /// Written always: a zero value as such, nil as `null`.
    package static func always<Value: Codable & Sendable>(
        _ name: String, _ path: WritableKeyPath<Root, Value> & Sendable,
        in versions: ClosedRange<APIVersion> = everyVersion
    ) -> GoField {
        GoField(members: [
            GoMember(name: name, versions: versions) { root, object, key in
                root[keyPath: path] = try object.decode(Value.self, forKey: key)
            } write: { root, object in
                try object.encode(root[keyPath: path], forKey: GoKey(stringValue: name))
            }
        ])
    }

    /// Go's `omitempty`: left out when false, zero, nil, or without elements.
    package static func omitEmpty<Value: Codable & Sendable & GoEmptiness>(
        _ name: String, _ path: WritableKeyPath<Root, Value> & Sendable,
        in versions: ClosedRange<APIVersion> = everyVersion
    ) -> GoField {
        GoField(members: [
            GoMember(name: name, versions: versions) { root, object, key in
                root[keyPath: path] = try object.decode(Value.self, forKey: key)
            } write: { root, object in
                let value = root[keyPath: path]
                if !value.isGoEmpty { try object.encode(value, forKey: GoKey(stringValue: name)) }
            }
        ])
    }

    /// Go's embedded struct: the members of `Inner` stand among `Root`'s own.
    package static func embedding<Inner: GoObject>(_ path: WritableKeyPath<Root, Inner> & Sendable) -> GoField {
        let members = Inner.members.inOrder.map { inner in
            GoMember<Root>(name: inner.name, versions: inner.versions) { root, object, key in
                try inner.read(&root[keyPath: path], object, key)
            } write: { root, object in
                try inner.write(root[keyPath: path], &object)
            }
        }
        return GoField(members: members)
    }
}

/// All members of a Go struct, by name and in Go's order.
package struct GoMembers<Root: GoObject>: Sendable, ExpressibleByArrayLiteral {
    let inOrder: [GoMember<Root>]
    private let byName: [String: Int]
    private let byFoldedName: [String: Int]

    package init(arrayLiteral fields: GoField<Root>...) {
        inOrder = fields.flatMap(\.members)
        // A member that an embedding struct declares itself hides the embedded one of that name, as in Go.
        byName = Dictionary(inOrder.enumerated().map { ($1.name, $0) }) { first, _ in first }
        byFoldedName = Dictionary(inOrder.enumerated().map { ($1.name.lowercased(), $0) }) { first, _ in first }
    }

    subscript(name: String) -> GoMember<Root>? {
        (byName[name] ?? byFoldedName[name.lowercased()]).map { inOrder[$0] }
    }
}
