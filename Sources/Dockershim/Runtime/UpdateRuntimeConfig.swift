import Logging
package import CRI
package import CRIServer
package import Faults

extension Dockershim {
    /// The pod CIDR goes into the network template, where there is one. Else it is only logged: pod addresses come from
    /// the network plugins' own configuration, as with dockershim's `cni` plugin, which kept the first CIDR only for
    /// plugins that asked for `ipRanges`.
    package func updateRuntimeConfig(
        _ request: UpdateRuntimeConfigRequest, _ context: CallContext
    ) async throws(OxbowError) -> UpdateRuntimeConfigResponse {
        try await serve(context) {
            if let cidr = request.runtimeConfig?.networkConfig?.podCidr, !cidr.isEmpty {
                let isWritten = try await configuration.networkTemplate?.write(podCIDR: cidr) ?? false
                log.info("pod cidr", metadata: ["cidr": "\(cidr)", "configurationWritten": "\(isWritten)"])
            }
            return UpdateRuntimeConfigResponse()
        }
    }
}
