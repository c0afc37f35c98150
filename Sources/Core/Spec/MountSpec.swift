package import OCI

package struct MountSpec: Sendable, Codable, Equatable {
    package enum Kind: String, Sendable, Codable {
        case bind
        case tmpfs
        /// The root file system of `image`, read only.
        case image
    }
    package enum Propagation: String, Sendable, Codable { case rprivate, rslave, rshared }
    package var kind: Kind
    package var source: String
    package var destination: String
    package var readOnly: Bool
    package var recursiveReadOnly: Bool
    /// false: mounts beneath the source are left out.
    package var isRecursive: Bool
    package var propagation: Propagation
    /// Make the source folder when it does not exist.
    package var createSource: Bool
    /// Further options: `size=64m` for tmpfs, `noexec` and its like for all.
    package var options: [String]
    /// Of a mount of kind `.image`.
    package var image: Digest?
    /// A path in that image; "" for all of it.
    package var subPath: String
    package init(
        kind: Kind = .bind,
        source: String = "",
        destination: String = "",
        readOnly: Bool = false,
        recursiveReadOnly: Bool = false,
        isRecursive: Bool = true,
        propagation: Propagation = .rprivate,
        createSource: Bool = false,
        options: [String] = [],
        image: Digest? = nil,
        subPath: String = ""
    ) {
        self.kind = kind
        self.source = source
        self.destination = destination
        self.readOnly = readOnly
        self.recursiveReadOnly = recursiveReadOnly
        self.isRecursive = isRecursive
        self.propagation = propagation
        self.createSource = createSource
        self.options = options
        self.image = image
        self.subPath = subPath
    }
}
