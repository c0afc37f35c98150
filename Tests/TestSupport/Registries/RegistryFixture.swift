import Glibc
import HTTPClient
import Linux
import NIOCore
package import OCI
import Synchronization

/// Debian's docker-registry with a folder of its own, stopped and removed whatever the test did.
package struct RegistryFixture: Sendable {
    package enum Gate: Sendable {
        case open
        /// Of the user `user`: `secret`.
        case password
        /// The token of a `TokenServer`.
        case token
    }

    /// `127.0.0.1:PORT`
    package let address: String
    package let folder: TemporaryFolder
    /// Set when the gate is `.token`.
    package let tokens: TokenServer?
    /// PEM; set when it speaks https.
    package let certificate: String?
    private let trusts: RegistryTrust

    package static let isPossible =
        getuid() == 0 && Host.programFolders.contains { Files.exists("\($0)/docker-registry") }

    private static let nextPort = Mutex(Int.random(in: 25_000..<30_000))

    /// bcrypt of `secret`, at the least cost.
    private static let secretHash = "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"

    package struct Broken: Error { let description: String }

    /// - Parameter speaksTLS: with a certificate for 127.0.0.1 that it has signed itself.
    package static func with<Result: Sendable>(
        _ gate: Gate = .open, speaksTLS: Bool = false, _ body: (RegistryFixture) async throws -> Result
    ) async throws -> Result {
        try await TemporaryFolder.with("registry") { folder in
            guard gate == .token else { return try await serve(gate, nil, speaksTLS, folder, body) }
            return try await TokenServer.with(in: folder) { try await serve(gate, $0, speaksTLS, folder, body) }
        }
    }

    private static func serve<Result: Sendable>(
        _ gate: Gate, _ tokens: TokenServer?, _ speaksTLS: Bool, _ folder: TemporaryFolder,
        _ body: (RegistryFixture) async throws -> Result
    ) async throws -> Result {
        let port = nextPort.withLock { port in
            port += 1
            return port
        }
        let address = "127.0.0.1:\(port)"
        let (key, certificate) = (folder.appending("tls.key"), folder.appending("trust/\(address)/ca.crt"))
        if speaksTLS {
            try await blocking { try Files.makeFolders(folder.appending("trust/\(address)")) }
            try await makeCertificate(in: certificate, key: key)
        }
        let fixture = RegistryFixture(
            address: address, folder: folder, tokens: tokens, certificate: speaksTLS ? certificate : nil,
            trusts: speaksTLS ? RegistryTrust(folders: [folder.appending("trust")]) : .none)
        let tls = speaksTLS ? ", tls: {certificate: \(certificate), key: \(key)}" : ""
        var configuration = """
            version: 0.1
            log: {level: error, accesslog: {disabled: false}}
            storage: {filesystem: {rootdirectory: \(folder.appending("data"))}}
            http: {addr: "\(address)"\(tls)}

            """
        switch gate {
        case .open: break
        case .password:
            configuration += "auth: {htpasswd: {realm: test, path: \(folder.appending("htpasswd"))}}\n"
        case .token:
            configuration += """
                auth: {token: {realm: "\(tokens?.realm ?? "")", service: "\(TokenServer.service)",
                  issuer: "\(TokenServer.issuer)", rootcertbundle: \(tokens?.certificate ?? "")}}

                """
        }
        let text = configuration
        try await blocking {
            try Files.write(folder.appending("htpasswd"), Array("user:\(secretHash)\n".utf8))
            try Files.write(folder.appending("config.yml"), Array(text.utf8))
        }
        let pid = try await Processes.shared.start(
            Command(
                "/bin/sh",
                [
                    "-c", #"exec docker-registry serve "$0" > "$1" 2>&1"#, folder.appending("config.yml"),
                    folder.appending("log"),
                ]))
        let result: Swift.Result<Result, any Error>
        do {
            try await fixture.waitUntilItAnswers()
            result = .success(try await body(fixture))
        } catch {
            result = .failure(error)
        }
        try Signals.send(SIGKILL, to: pid)
        _ = await Processes.shared.wait(for: pid)
        return try result.get()
    }

    /// Makes a certificate for 127.0.0.1 that is its own authority.
    /// - Parameter key: nil: beside it.
    package static func makeCertificate(in path: String, key: String? = nil) async throws {
        try await openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key ?? path + ".key", "-out", path, "-subj",
            "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2")
    }

    private func waitUntilItAnswers() async throws {
        let url = "\(certificate == nil ? "http" : "https")://\(address)/v2/"
        for _ in 0..<500 {
            do {
                _ = try await HTTPClient(.network).send(HTTPRequest("GET", url))
                return
            } catch {
                // Up, but nobody we know.
                if error.detail.contains("certificate") { return }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        throw Broken(description: "docker-registry does not answer")
    }

    // MARK: Content

    /// - Parameter name: `a/b:1`.
    package func push(_ image: TestImage, as name: String) async throws {
        let client = try await client(name)
        for layer in image.layers {
            try await client.push(.bytes(ByteBuffer(bytes: layer.blob)), as: layer.digest)
        }
        try await client.push(.bytes(ByteBuffer(bytes: image.config)), as: image.id)
        try await client.putManifest(ByteBuffer(bytes: image.manifest), type: image.manifestType)
    }

    /// Pushes images of several platforms and an index of them.
    /// - Returns: the index's digest.
    package func push(
        _ images: [(TestImage, Descriptor.Platform)], as name: String, type: String
    ) async throws -> Digest {
        var index = ImageIndex(mediaType: type, manifests: [])
        let repository = String(name.prefix { $0 != ":" })
        for (image, platform) in images {
            try await push(image, as: "\(repository)@\(image.digest)")
            index.manifests.append(
                Descriptor(
                    mediaType: image.manifestType, digest: image.digest, size: UInt64(image.manifest.count),
                    platform: platform))
        }
        return try await client(name).putManifest(OCIDocument.write(index), type: type)
    }

    private func client(_ name: String) async throws -> RegistryClient {
        let credentials = RegistryCredentials(username: TokenServer.user, password: TokenServer.password)
        return try await RegistryClient.open(
            try Reference(parsing: "\(address)/\(name)"), credentials: credentials, trusts: trusts)
    }

    /// `GET /v2/a/b/manifests/1`, as its own log has them, in order of their end.
    package func requests() async throws -> [String] {
        let path = folder.appending("log")
        let text = try await blocking { String(decoding: try Files.read(path), as: UTF8.self) }
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\"")
            guard parts.count > 1, parts[1].hasSuffix(" HTTP/1.1") else { return nil }
            return String(parts[1].dropLast(" HTTP/1.1".count))
        }
    }

    /// Changes one byte in the middle of a blob.
    package func damage(_ digest: Digest) async throws {
        let path = folder.appending("data/docker/registry/v2/blobs/sha256/\(digest.hex.prefix(2))/\(digest.hex)/data")
        try await blocking {
            var bytes = try Files.read(path, limit: 64 << 20)
            bytes[bytes.count / 2] ^= 0xff
            try Files.write(path, bytes)
        }
    }
}
