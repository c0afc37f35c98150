package import CRI
package import CRIServer
package import Faults

extension Dockershim {
    /// Always an error: Docker writes and rotates the log itself and offers no call to open it anew.
    package func reopenContainerLog(
        _ request: ReopenContainerLogRequest, _ context: CallContext
    ) async throws(OxbowError) -> ReopenContainerLogResponse {
        try await serve(context) {
            throw BridgeFailure(.unsupported, "docker does not support reopening container log files")
        }
    }
}
