package import CRI
package import Faults

/// A runtime whose streamed lists, for answers that outgrow one message, are its lists cut into pieces.
package protocol StreamsLists: CRIRuntime {
    /// Before anything is asked.
    /// - Parameter call: `StreamContainers` …
    /// - Throws: `.unsupported` where the call is not served.
    func admitStream(_ call: String) throws(OxbowError)
}

extension StreamsLists {
    package func streamPodSandboxes(
        _ request: StreamPodSandboxesRequest, _ context: CallContext,
        send: @Sendable (StreamPodSandboxesResponse) async throws(OxbowError) -> Void
    ) async throws(OxbowError) {
        try admitStream("StreamPodSandboxes")
        let list = try await listPodSandbox(ListPodSandboxRequest(filter: request.filter), context)
        try await StreamedList.send(list.items, as: { StreamPodSandboxesResponse(podSandboxes: $0) }, to: send)
    }

    package func streamContainers(
        _ request: StreamContainersRequest, _ context: CallContext,
        send: @Sendable (StreamContainersResponse) async throws(OxbowError) -> Void
    ) async throws(OxbowError) {
        try admitStream("StreamContainers")
        let list = try await listContainers(ListContainersRequest(filter: request.filter), context)
        try await StreamedList.send(list.containers, as: { StreamContainersResponse(containers: $0) }, to: send)
    }

    package func streamContainerStats(
        _ request: StreamContainerStatsRequest, _ context: CallContext,
        send: @Sendable (StreamContainerStatsResponse) async throws(OxbowError) -> Void
    ) async throws(OxbowError) {
        try admitStream("StreamContainerStats")
        let list = try await listContainerStats(ListContainerStatsRequest(filter: request.filter), context)
        try await StreamedList.send(list.stats, as: { StreamContainerStatsResponse(containerStats: $0) }, to: send)
    }

    package func streamPodSandboxStats(
        _ request: StreamPodSandboxStatsRequest, _ context: CallContext,
        send: @Sendable (StreamPodSandboxStatsResponse) async throws(OxbowError) -> Void
    ) async throws(OxbowError) {
        try admitStream("StreamPodSandboxStats")
        let list = try await listPodSandboxStats(ListPodSandboxStatsRequest(filter: request.filter), context)
        try await StreamedList.send(list.stats, as: { StreamPodSandboxStatsResponse(podSandboxStats: $0) }, to: send)
    }

    package func streamPodSandboxMetrics(
        _ request: StreamPodSandboxMetricsRequest, _ context: CallContext,
        send: @Sendable (StreamPodSandboxMetricsResponse) async throws(OxbowError) -> Void
    ) async throws(OxbowError) {
        try admitStream("StreamPodSandboxMetrics")
        let list = try await listPodSandboxMetrics(ListPodSandboxMetricsRequest(), context)
        try await StreamedList.send(
            list.podMetrics, as: { StreamPodSandboxMetricsResponse(podSandboxMetrics: $0) }, to: send)
    }

    package func streamImages(
        _ request: StreamImagesRequest, _ context: CallContext,
        send: @Sendable (StreamImagesResponse) async throws(OxbowError) -> Void
    ) async throws(OxbowError) {
        try admitStream("StreamImages")
        let list = try await listImages(ListImagesRequest(filter: request.filter), context)
        try await StreamedList.send(list.images, as: { StreamImagesResponse(images: $0) }, to: send)
    }
}
