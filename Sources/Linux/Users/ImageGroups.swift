/// Which of the image's own groups (those whose /etc/group line names the user) a process is put into besides the groups
/// that were asked for.
package enum ImageGroups: String, Sendable, Codable {
    /// Docker's rule: only when no group was given with the user.
    case unlessGroupGiven
    /// The CRI's `Merge`.
    case always
    /// The CRI's `Strict`.
    case never
}
