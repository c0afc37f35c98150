import Faults
import HTTPClient
import Linux

/// What an administrator says about the certificates of registries: a folder per `host:port`, as Docker has them in
/// `/etc/docker/certs.d` and containerd, where it has no `hosts.toml`, in `/etc/containerd/certs.d`.
///
/// `*.crt` are authorities to believe beside the host's own; `NAME.cert` with `NAME.key` is whom we are.
package struct RegistryTrust: Sendable, Equatable {
    package static let standardFolders = ["/etc/docker/certs.d", "/etc/containerd/certs.d"]
    /// Nothing is said about any registry.
    package static let none = RegistryTrust(folders: [])
    /// Bytes of one host's authorities.
    package static let limit = 1 << 20

    /// The first that has a folder for the host counts.
    package var folders: [String]

    package init(folders: [String]) { self.folders = folders }

    /// - Parameter domain: `registry.example.com`, `127.0.0.1:5000`.
    /// - Returns: nil when no folder is there for it.
    /// - Throws: `.ours` naming the file that cannot be read.
    func find(_ domain: String) async throws(OxbowError) -> TLSTrust? {
        let candidates = folders.map { "\($0)/\(domain)" }
        do {
            return try await blocking {
                try candidates.first(where: Files.isFolder).map { folder in try Self.read(folder) }
            }
        } catch {
            throw OxbowError(.ours, "registry certificates: cannot be read (\(domain))", origin: error)
        }
    }

    private static func read(_ folder: String) throws -> TLSTrust {
        let names = try Files.entries(of: folder).sorted()
        var trust = TLSTrust()
        for name in names where name.hasSuffix(".crt") {
            trust.authorities += try Files.read("\(folder)/\(name)", limit: limit - trust.authorities.count)
            trust.authorities.append(UInt8(ascii: "\n"))
        }
        if let certificate = names.first(where: { $0.hasSuffix(".cert") }) {
            let key = certificate.dropLast(".cert".count) + ".key"
            trust.identity = .init(certificate: "\(folder)/\(certificate)", key: "\(folder)/\(key)")
        }
        return trust
    }
}
