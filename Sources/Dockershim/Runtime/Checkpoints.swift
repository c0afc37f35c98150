package import CRI
package import CRIServer
package import Faults

extension Dockershim {
    package func checkpointContainer(
        _ request: CheckpointContainerRequest, _ context: CallContext
    ) async throws(OxbowError) -> CheckpointContainerResponse {
        try refuseInOldEra("CheckpointContainer")
        throw .checkpointing("CheckpointContainer")
    }

    package func checkpointPod(
        _ request: CheckpointPodRequest, _ context: CallContext
    ) async throws(OxbowError) -> CheckpointPodResponse {
        try refuseInOldEra("CheckpointPod")
        throw .checkpointing("CheckpointPod")
    }

    package func restorePod(
        _ request: RestorePodRequest, _ context: CallContext
    ) async throws(OxbowError) -> RestorePodResponse {
        try refuseInOldEra("RestorePod")
        throw .checkpointing("RestorePod")
    }
}
