package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    package func podSandboxStatus(
        _ request: PodSandboxStatusRequest, _ context: CallContext
    ) async throws(OxbowError) -> PodSandboxStatusResponse {
        let sandbox = try await requireSandbox(request.podSandboxId)
        var info: [String: String] = [:]
        if request.verbose {
            info = [
                "pid": String(sandbox.record.pid), "runtime": sandbox.record.runtime,
                "networkNamespace": sandbox.record.networkNamespace,
            ]
            info["overhead"] = sandbox.document.overhead
            info["resources"] = sandbox.document.resources
        }
        return PodSandboxStatusResponse(status: sandbox.status, info: info)
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
                        ipc: NamespaceMode(rawValue: document.ipcMode)))),
            labels: document.labels, annotations: document.annotations, runtimeHandler: document.runtimeHandler)
    }

    var metadata: PodSandboxMetadata {
        PodSandboxMetadata(
            name: document.name, uid: document.uid, namespace: document.namespace, attempt: document.attempt)
    }

    /// Always present: a kubelet reads it without asking. Empty on the host's network and when the sandbox is down.
    private var networkStatus: PodSandboxNetworkStatus {
        guard isReady, let addresses = record.network?.addresses, let first = addresses.first else {
            return PodSandboxNetworkStatus()
        }
        return PodSandboxNetworkStatus(ip: first, additionalIps: addresses.dropFirst().map { PodIP(ip: $0) })
    }
}
