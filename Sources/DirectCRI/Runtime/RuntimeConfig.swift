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

    /// The pod CIDR is the CNI configuration's affair here, so there is nothing to change: accepted and logged.
    package func updateRuntimeConfig(
        _ request: UpdateRuntimeConfigRequest, _ context: CallContext
    ) async throws(OxbowError) -> UpdateRuntimeConfigResponse {
        if let cidr = request.runtimeConfig?.networkConfig?.podCidr, !cidr.isEmpty {
            logger.info("pod CIDR noted; addresses come from the CNI configuration", metadata: ["podCIDR": "\(cidr)"])
        }
        return UpdateRuntimeConfigResponse()
    }
}
