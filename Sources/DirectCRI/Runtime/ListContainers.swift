package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    package func listContainers(
        _ request: ListContainersRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListContainersResponse {
        let filter = request.filter ?? ContainerFilter()
        let chosen = await podContainers().filter { container in
            (filter.id.isEmpty || container.record.id.hasPrefix(filter.id))
                && (filter.podSandboxId.isEmpty || container.document.sandbox.hasPrefix(filter.podSandboxId))
                && (filter.state.map { $0.state == container.state } ?? true)
                && container.document.labels.matches(filter.labelSelector)
        }
        return ListContainersResponse(containers: chosen.map(\.listEntry))
    }
}

extension PodContainer {
    fileprivate var listEntry: Container {
        Container(
            id: record.id, podSandboxId: document.sandbox, metadata: metadata, image: ImageSpec(image: document.image),
            imageRef: record.spec.image.description, state: state, createdAt: record.createdAt,
            labels: document.labels, annotations: document.annotations, imageId: record.spec.image.description)
    }
}
