package import CRI
package import CRIServer
import Core
package import Faults
import Linux

extension DirectCRI {
    /// With the statuses of the sandbox's containers and the time they are of, which spare a kubelet that follows events
    /// a call for each.
    package func podSandboxStatus(
        _ request: PodSandboxStatusRequest, _ context: CallContext
    ) async throws(OxbowError) -> PodSandboxStatusResponse {
        let timestamp = Timestamp.now().nanoseconds
        let sandbox = try await requireSandbox(request.podSandboxId)
        var statuses: [CRI.ContainerStatus] = []
        for container in await podContainers(in: sandbox.record.id) {
            let image = try await core.image(container.record.spec.image.description)
            statuses.append(container.status(image: image))
        }
        var info: [String: String] = [:]
        if request.verbose {
            info = try await SandboxDetails(sandbox, core: core).info
            info["overhead"] = sandbox.document.overhead
            info["resources"] = sandbox.document.resources
        }
        return PodSandboxStatusResponse(
            status: sandbox.status, info: info, containersStatuses: statuses, timestamp: timestamp)
    }
}

extension Sandbox {
    var status: PodSandboxStatus {
        PodSandboxStatus(
            id: record.id, metadata: metadata, state: isReady ? .sandboxReady : .sandboxNotready,
            createdAt: record.createdAt, network: networkStatus,
            linux: LinuxPodSandboxStatus(
                namespaces: Namespace(
                    options: NamespaceOption(
                        network: NamespaceMode(rawValue: document.networkMode),
                        pid: NamespaceMode(rawValue: document.pidMode),
                        ipc: NamespaceMode(rawValue: document.ipcMode), usernsOptions: users))),
            labels: document.labels, annotations: document.annotations, runtimeHandler: document.runtimeHandler)
    }

    var metadata: PodSandboxMetadata {
        PodSandboxMetadata(
            name: document.name, uid: document.uid, namespace: document.namespace, attempt: document.attempt)
    }

    /// nil on the host's user namespace.
    private var users: UserNamespace? {
        record.spec.namespaces.user.map {
            UserNamespace(mode: .pod, uids: $0.uids.map(CRI.IDMapping.init), gids: $0.gids.map(CRI.IDMapping.init))
        }
    }

    /// Always present: a kubelet reads it without asking. Empty on the host's network and when the sandbox is down.
    private var networkStatus: PodSandboxNetworkStatus {
        guard isReady, let addresses = record.network?.addresses, let first = addresses.first else {
            return PodSandboxNetworkStatus()
        }
        return PodSandboxNetworkStatus(ip: first, additionalIps: addresses.dropFirst().map { PodIP(ip: $0) })
    }
}

extension CRI.IDMapping {
    fileprivate init(_ mapping: Linux.IDMapping) {
        self.init(hostId: mapping.host, containerId: mapping.container, length: mapping.length)
    }
}
