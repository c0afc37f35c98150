/// Which of the containers that never ran failed to start: Docker's list calls both `created`, only an inspection knows.
struct StartFailures: Sendable {
    private var known: [String: Bool] = [:]

    /// nil: the container has to be inspected. Of each container asked once in the bridge's life.
    func failed(_ id: String) -> Bool? { known[id] }
    mutating func note(_ id: String, failed: Bool) { known[id] = failed }
    /// It was started, or it is gone.
    mutating func forget(_ id: String) { known[id] = nil }
}
