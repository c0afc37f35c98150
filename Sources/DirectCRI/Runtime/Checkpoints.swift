package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    package func checkpointContainer(
        _ request: CheckpointContainerRequest, _ context: CallContext
    ) async throws(OxbowError) -> CheckpointContainerResponse { throw .checkpointing("CheckpointContainer") }

    package func checkpointPod(
        _ request: CheckpointPodRequest, _ context: CallContext
    ) async throws(OxbowError) -> CheckpointPodResponse { throw .checkpointing("CheckpointPod") }

    package func restorePod(
        _ request: RestorePodRequest, _ context: CallContext
    ) async throws(OxbowError) -> RestorePodResponse { throw .checkpointing("RestorePod") }
}
