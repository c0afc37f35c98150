package struct MountSpec: Sendable, Codable, Equatable {
    package enum Kind: String, Sendable, Codable { case bind, tmpfs }
    package enum Propagation: String, Sendable, Codable { case rprivate, rslave, rshared }
    package var kind: Kind
    package var source: String
    package var destination: String
    package var readOnly: Bool
    package var recursiveReadOnly: Bool
    package var propagation: Propagation
    /// Make the source folder when it does not exist.
    package var createSource: Bool
    /// Further options for tmpfs: `size=64m`.
    package var options: [String]
    package init(
        kind: Kind = .bind,
        source: String = "",
        destination: String = "",
        readOnly: Bool = false,
        recursiveReadOnly: Bool = false,
        propagation: Propagation = .rprivate,
        createSource: Bool = false,
        options: [String] = []
    ) {
        self.kind = kind
        self.source = source
        self.destination = destination
        self.readOnly = readOnly
        self.recursiveReadOnly = recursiveReadOnly
        self.propagation = propagation
        self.createSource = createSource
        self.options = options
    }
}
