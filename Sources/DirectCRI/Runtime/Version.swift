package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    /// `version` is `0.1.0`, the only one that kubelets up to 1.22 accept; `runtime_api_version` names the API asked.
    package func version(_ request: VersionRequest, _ context: CallContext) async throws(OxbowError) -> VersionResponse
    {
        VersionResponse(
            version: "0.1.0", runtimeName: "oxbow", runtimeVersion: configuration.runtimeVersion,
            runtimeApiVersion: context.api == .v1 ? "v1" : "v1alpha2")
    }
}
