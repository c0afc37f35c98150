package enum UserSpec: Sendable, Codable, Equatable {
    /// As in Docker's `User` and an image's `USER`: `""`, `name`, `uid`, `name:group`, `uid:gid`; looked up in the
    /// root file system's own /etc/passwd and /etc/group.
    case text(String)
}
