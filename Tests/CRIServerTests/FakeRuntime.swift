import CRI
import CRIServer
import Faults
import Synchronization

/// Answers what a test wants to hear and keeps what it was asked.
final class FakeRuntime: CRIRuntime {
    /// Thrown by every call that is given here.
    let failure: OxbowError?
    private let asked = Mutex<[any CRIMessage]>([])
    private let contexts = Mutex<[CallContext]>([])

    init(failure: OxbowError? = nil) { self.failure = failure }

    var requests: [any CRIMessage] { asked.withLock { $0 } }
    var seenContexts: [CallContext] { contexts.withLock { $0 } }

    private func note(_ request: any CRIMessage, _ context: CallContext) throws(OxbowError) {
        asked.withLock { $0.append(request) }
        contexts.withLock { seen in
            seen.append(context)
            if let current = CallContext.current { seen.append(current) }
        }
        if let failure { throw failure }
    }

    func version(_ request: VersionRequest, _ context: CallContext) async throws(OxbowError) -> VersionResponse {
        try note(request, context)
        return VersionResponse(version: "0.1.0", runtimeName: "fake", runtimeVersion: "1", runtimeApiVersion: "v1")
    }

    func runPodSandbox(
        _ request: RunPodSandboxRequest, _ context: CallContext
    ) async throws(OxbowError) -> RunPodSandboxResponse {
        try note(request, context)
        return RunPodSandboxResponse(podSandboxId: "sandbox-1")
    }

    func stopPodSandbox(
        _ request: StopPodSandboxRequest, _ context: CallContext
    ) async throws(OxbowError) -> StopPodSandboxResponse {
        try note(request, context)
        return StopPodSandboxResponse()
    }

    func listImages(_ request: ListImagesRequest, _ context: CallContext) async throws(OxbowError) -> ListImagesResponse
    {
        try note(request, context)
        return ListImagesResponse(images: [Image(id: "sha256:1", size: 7)])
    }

    func podSandboxStats(
        _ request: PodSandboxStatsRequest, _ context: CallContext
    ) async throws(OxbowError) -> PodSandboxStatsResponse {
        try note(request, context)
        return PodSandboxStatsResponse()
    }

    func streamContainers(
        _ request: StreamContainersRequest, _ context: CallContext,
        send: @Sendable (StreamContainersResponse) async throws(OxbowError) -> Void
    ) async throws(OxbowError) {
        for id in ["a", "b", "c"] {
            try await send(StreamContainersResponse(containers: [Container(id: id)]))
        }
        try note(request, context)
    }
}
