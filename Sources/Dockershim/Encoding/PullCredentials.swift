import CRI
import DockerAPI
import FoundationEssentials

/// The kubelet's credentials as Docker takes them.
struct PullCredentials {
    let docker: DockerAPI.AuthConfig

    /// Docker ignores `auth`, the base64 of `user:password`, so it is taken apart here, and uses credentials for whatever
    /// registry the image is from, so those for another one are left out. 1.20 did neither.
    /// - Throws: `.badRequest` naming what is wrong with `auth`, never the text itself.
    init(_ auth: CRI.AuthConfig, for name: ImageName, era: Era) throws(BridgeFailure) {
        var docker = DockerAPI.AuthConfig()
        guard era.ignoresServerAddress || Self.isMeant(auth.serverAddress, for: name.domain) else {
            self.docker = docker
            return
        }
        docker.username = auth.username
        docker.password = auth.password
        docker.serverAddress = auth.serverAddress
        docker.identityToken = auth.identityToken
        docker.registryToken = auth.registryToken
        if !era.knowsOnlyFieldsOf120, auth.username.isEmpty, !auth.auth.isEmpty {
            guard let bytes = Data(base64Encoded: auth.auth) else {
                throw BridgeFailure(.badRequest, "auth: not base64")
            }
            let parts = String(decoding: bytes, as: UTF8.self).split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw BridgeFailure(.badRequest, "auth: not user:password")
            }
            docker.username = String(parts[0])
            // Docker pads it with zero bytes.
            docker.password = String(parts[1].prefix { $0 != "\0" })
        }
        self.docker = docker
    }

    /// - Parameter server: `host:port`, with or without scheme and path; "" means any.
    static func isMeant(_ server: String, for domain: String) -> Bool {
        guard !server.isEmpty else { return true }
        var host = server[...]
        if let scheme = host.firstRange(of: "://") { host = host[scheme.upperBound...] }
        host = host.prefix { $0 != "/" }
        let isHub = ["index.docker.io", "registry-1.docker.io"].contains(host)
        return (isHub ? ImageName.defaultDomain : String(host)) == domain
    }
}
