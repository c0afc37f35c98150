package import CRI
package import CRIServer
package import Faults

extension Dockershim {
    /// Which cgroup driver the kubelet should use: the daemon's. The call is younger than 1.20.
    package func runtimeConfig(
        _ request: RuntimeConfigRequest, _ context: CallContext
    ) async throws(OxbowError) -> RuntimeConfigResponse {
        try await serve(context) {
            guard !era.answersOnlyWhat120Knew else {
                var failure = BridgeFailure(.unsupported, "RuntimeService/RuntimeConfig: unknown to dockershim 1.20")
                failure.isToldByCode = true
                throw failure
            }
            let driver = try await cgroupDriver()
            switch driver {
            case "systemd": return RuntimeConfigResponse(linux: LinuxRuntimeConfiguration(cgroupDriver: .systemd))
            case "cgroupfs": return RuntimeConfigResponse(linux: LinuxRuntimeConfiguration(cgroupDriver: .cgroupfs))
            default: throw BridgeFailure(.unsupported, "cgroup driver: the CRI has no name for it (\(driver))")
            }
        }
    }
}
