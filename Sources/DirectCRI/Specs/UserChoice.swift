import Faults

/// Whom a process runs as, in the `user:group` form of an image's `USER`.
struct UserChoice {
    let text: String

    /// - Throws: `.badRequest` for an id outside 0…4294967295.
    static func groups(_ asked: [Int64]) throws(OxbowError) -> [UInt32] {
        try asked.map { (id) throws(OxbowError) in
            guard let id = UInt32(exactly: id) else {
                throw OxbowError(.badRequest, "security_context.supplemental_groups: not a group id (\(id))")
            }
            return id
        }
    }

    /// - Throws: `.badRequest` for a group without a user, or an id outside 0…4294967295.
    init(user: Int64?, name: String, group: Int64?, image: String) throws(OxbowError) {
        for id in [user, group].compactMap({ $0 }) where UInt32(exactly: id) == nil {
            throw OxbowError(.badRequest, "security_context: not a user or group id (\(id))")
        }
        // A name is looked up in the image; with a ":" in it, it would say more than a name.
        guard !name.contains(":") else {
            throw OxbowError(.badRequest, "security_context.run_as_username: not a user name (\(name))")
        }
        let chosen = name.isEmpty ? user.map(String.init) : name
        switch (chosen, group) {
        case (let chosen?, let group?): text = "\(chosen):\(group)"
        case (let chosen?, nil): text = chosen
        case (nil, nil): text = image
        case (nil, .some):
            throw OxbowError(.badRequest, "security_context.run_as_group: needs run_as_user or run_as_username")
        }
    }
}
