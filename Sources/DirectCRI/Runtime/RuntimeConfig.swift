package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    package func runtimeConfig(
        _ request: RuntimeConfigRequest, _ context: CallContext
    ) async throws(OxbowError) -> RuntimeConfigResponse {
        let driver: CgroupDriver = await core.facts().cgroupDriver == "systemd" ? .systemd : .cgroupfs
        return RuntimeConfigResponse(linux: LinuxRuntimeConfiguration(cgroupDriver: driver))
    }

    /// The pod CIDR goes into the network template, where there is one; else pod addresses come from the CNI
    /// configurations that are there, and the CIDR is only logged.
    package func updateRuntimeConfig(
        _ request: UpdateRuntimeConfigRequest, _ context: CallContext
    ) async throws(OxbowError) -> UpdateRuntimeConfigResponse {
        if let cidr = request.runtimeConfig?.networkConfig?.podCidr, !cidr.isEmpty {
            let isWritten = try await configuration.networkTemplate?.write(podCIDR: cidr) ?? false
            logger.info("pod CIDR", metadata: ["podCIDR": "\(cidr)", "configurationWritten": "\(isWritten)"])
        }
        return UpdateRuntimeConfigResponse()
    }
}
