import Logging
package import CRI
package import CRIServer
package import Faults

extension Dockershim {
    /// Takes note of the pod CIDR. Pod addresses come from the network plugins' own configuration, as with dockershim's
    /// `cni` plugin, which kept the first CIDR only for plugins that asked for `ipRanges`.
    package func updateRuntimeConfig(
        _ request: UpdateRuntimeConfigRequest, _ context: CallContext
    ) async throws(OxbowError) -> UpdateRuntimeConfigResponse {
        try await serve(context) {
            if let cidr = request.runtimeConfig?.networkConfig?.podCidr, !cidr.isEmpty {
                log.info("pod cidr noted, the network plugins assign addresses", metadata: ["cidr": "\(cidr)"])
            }
            return UpdateRuntimeConfigResponse()
        }
    }
}
