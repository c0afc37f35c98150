import DockerAPI
package import CRI
package import CRIServer
package import Faults

extension Dockershim {
    /// What kubelets of 1.20 insist on, whatever the API.
    static let kubeletAPIVersion = "0.1.0"
    /// Also the scheme of container ids in the Kubernetes API: `docker://<id>`.
    static let runtimeName = "docker"

    package func version(
        _ request: VersionRequest, _ context: CallContext
    ) async throws(OxbowError) -> VersionResponse {
        try await serve(context) {
            let daemon = era.asksDaemonEveryTime ? try await docker.version() : try await rememberedVersion()
            return VersionResponse(
                version: Self.kubeletAPIVersion, runtimeName: Self.runtimeName, runtimeVersion: daemon.version,
                runtimeApiVersion: "\(daemon.apiVersion).0")
        }
    }
}
