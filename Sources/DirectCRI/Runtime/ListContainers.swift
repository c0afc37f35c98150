package import CRI
package import CRIServer
import Core
package import Faults
package import NIOCore

extension DirectCRI {
    package func listContainers(
        _ request: ListContainersRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListContainersResponse {
        ListContainersResponse(containers: await containerEntries(request.filter).map(\.message))
    }

    package func encodedContainers(_ request: ListContainersRequest) async throws(OxbowError) -> ByteBuffer {
        EncodedElement.answer(of: await containerEntries(request.filter).map(\.encoded))
    }

    private func containerEntries(_ filter: ContainerFilter?) async -> [ListEntry<Container>] {
        let entries = await listEntries().containers
        guard let filter else { return entries }
        return entries.filter { entry in
            let container = entry.message
            return container.id.hasPrefix(filter.id) && container.podSandboxId.hasPrefix(filter.podSandboxId)
                && (filter.state.map { $0.state == container.state } ?? true)
                && container.labels.matches(filter.labelSelector)
        }
    }
}

extension PodContainer {
    var listEntry: Container {
        Container(
            id: record.id, podSandboxId: document.sandbox, metadata: metadata, image: ImageSpec(image: document.image),
            imageRef: record.spec.image.description, state: state, createdAt: record.createdAt,
            labels: document.labels, annotations: document.annotations, imageId: record.spec.image.description)
    }
}
