import CRI
import Faults
import Testing

@testable import Dockershim

/// The lines are those of dockerd 20.10.24 and of our engine, as they came.
@Suite("What Docker means when a pull fails")
struct PullMeaningTests {
    @Test(
        "Docker's words decide where its status does not",
        arguments: [
            (500, "Head \"http://127.0.0.1:5/v2/a/manifests/1\": no basic auth credentials", .denied),
            (500, "unauthorized: authentication required", .denied),
            (500, "Head \"http://127.0.0.1:5/v2/a/bb/manifests/1\": unauthorized", .denied),
            (
                404,
                "pull access denied for x, repository does not exist or may require 'docker login': denied: requested "
                    + "access to the resource is denied", .denied
            ),
            (404, "manifest for x:1 not found: manifest unknown: manifest unknown", .missing),
            (500, "no matching manifest for linux/amd64 in the manifest list entries", .missing),
            (500, "Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused", .runtimeDown),
            (500, "Get \"https://r/v2/\": x509: certificate signed by unknown authority", .runtimeDown),
            (500, "registry: Could not resolve host: r (r)", .runtimeDown),
            (400, "invalid reference format", .badRequest),
            (422, "manifest: malformed", .corrupt), (413, "registry: answer too long (r)", .tooLarge),
            (501, "layer: not held by the registry (sha256:1)", .unsupported),
            (500, "something else", .ours),
        ] as [(Int, String, OxbowError.Kind)])
    func refused(status: Int, message: String, kind: OxbowError.Kind) {
        #expect(DockerFailure.refused(status: status, message: message).kindOfPull == kind)
    }

    @Test(
        "so do they in the stream, which has no status",
        arguments: [
            (0, "filesystem layer verification failed for digest sha256:1", .corrupt),
            (0, "write /var/lib/docker/tmp/x: no space left on device", .tooLarge),
            (0, "unexpected EOF", .corrupt), (422, "layer: content does not fit its diff id", .corrupt),
            (0, "something else", .ours),
        ] as [(Int, String, OxbowError.Kind)])
    func streamed(code: Int, message: String, kind: OxbowError.Kind) {
        #expect(DockerFailure.pull(code: code, message: message).kindOfPull == kind)
    }
}

@Suite("Credentials of a pull")
struct PullCredentialTests {
    private let name = ImageName("r.io:5000/a:1")!  // a literal that is a name

    @Test("credentials for another registry are left out, in 1.20 they are not")
    func server() throws {
        for server in ["r.io:5000", "https://r.io:5000", "http://r.io:5000/v2/", ""] {
            let auth = AuthConfig(username: "u", serverAddress: server)
            #expect(try PullCredentials(auth, for: name, era: .current).docker.username == "u")
        }
        for server in ["r.io", "other:5000", "https://index.docker.io/v1/"] {
            let auth = AuthConfig(username: "u", password: "p", auth: "dTpw", serverAddress: server, identityToken: "t")
            #expect(try PullCredentials(auth, for: name, era: .current).docker == DockerAuth())
            #expect(try PullCredentials(auth, for: name, era: .dockershim120).docker.username == "u")
        }
        let hub = AuthConfig(username: "u", serverAddress: "https://index.docker.io/v1/")
        let image = try #require(ImageName("busybox"))
        #expect(try PullCredentials(hub, for: image, era: .current).docker.username == "u")
    }

    @Test("base64 is taken apart, zero bytes and all; what is none is refused without repeating it")
    func encoded() throws {
        // "u:p:w" and two zero bytes.
        let read = try PullCredentials(AuthConfig(auth: "dTpwOncAAA=="), for: name, era: .current).docker
        #expect(read.username == "u" && read.password == "p:w")
        for text in ["!secret", "c2VjcmV0", "OnNlY3JldA=="] {
            let refusal = #expect(throws: BridgeFailure.self) {
                try PullCredentials(AuthConfig(auth: text), for: name, era: .current)
            }
            #expect(refusal?.kind == .badRequest)
            #expect(refusal?.message.contains("secret") == false)
        }
        #expect(try PullCredentials(AuthConfig(auth: "!"), for: name, era: .dockershim120).docker == DockerAuth())
    }
}
