package struct CapabilitySpec: Sendable, Codable {
    /// `ALL`, `CAP_NET_ADMIN` or `NET_ADMIN`; start set is Docker's default fourteen (all when privileged).
    package var add: [String]
    package var drop: [String]
    package var ambient: [String]
    package init(
        add: [String] = [],
        drop: [String] = [],
        ambient: [String] = []
    ) {
        self.add = add
        self.drop = drop
        self.ambient = ambient
    }
}
