import Faults

/// Whom a process runs as, in the `user:group` form of an image's `USER`.
struct UserChoice {
    let text: String

    /// - Throws: `.badRequest` for a group without a user, or an id outside 0…4294967295.
    init(user: Int64?, name: String, group: Int64?, image: String) throws(OxbowError) {
        for id in [user, group].compactMap({ $0 }) where UInt32(exactly: id) == nil {
            throw OxbowError(.badRequest, "security_context: not a user or group id (\(id))")
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
