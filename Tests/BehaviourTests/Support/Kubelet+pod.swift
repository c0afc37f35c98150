import CRI
import Linux

extension Kubelet {
    /// A pod's configuration as kubelets write it; name and uid are nobody else's.
    func podConfiguration(_ stem: String = "pod") -> PodSandboxConfig {
        let name = Self.uniqueName(stem)
        let uid = "uid-\(name)"
        return PodSandboxConfig(
            metadata: PodSandboxMetadata(name: name, uid: uid, namespace: "behaviour"), hostname: name,
            logDirectory: "\(folder)/\(uid)",
            labels: [
                "io.kubernetes.pod.name": name, "io.kubernetes.pod.namespace": "behaviour",
                "io.kubernetes.pod.uid": uid,
            ],
            linux: LinuxPodSandboxConfig(
                cgroupParent: "\(cgroup)/\(uid)",
                securityContext: LinuxSandboxSecurityContext(namespaceOptions: NamespaceOption(pid: .container))))
    }

    /// Runs a pod sandbox, gives it to `body`, and takes it away with all its containers, whatever happened.
    func pod<Result>(
        _ stem: String = "pod", handler: String = "",
        configure: (inout PodSandboxConfig) throws -> Void = { _ in }, _ body: (Pod) async throws -> Result
    ) async throws -> Result {
        var config = podConfiguration(stem)
        try configure(&config)
        let path = config.logDirectory
        try await blocking { try Files.makeFolders(path) }
        let id = try await client.runPodSandbox(RunPodSandboxRequest(config: config, runtimeHandler: handler))
            .podSandboxId
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(Pod(kubelet: self, id: id, config: config)))
        } catch {
            result = .failure(error)
        }
        do {
            try await remove(sandbox: id)
        } catch {
            // The body's own error says more.
            _ = try result.get()
            throw error
        }
        return try result.get()
    }

    /// Stops and removes a sandbox and its containers, in the order of a kubelet. One that is gone is fine.
    func remove(sandbox id: String) async throws {
        let all = ListPodSandboxRequest(filter: PodSandboxFilter(id: id))
        guard try await !client.listPodSandbox(all).items.isEmpty else { return }
        let filter = ContainerFilter(podSandboxId: id)
        for container in try await client.listContainers(ListContainersRequest(filter: filter)).containers {
            _ = try await client.stopContainer(StopContainerRequest(containerId: container.id))
            _ = try await client.removeContainer(RemoveContainerRequest(containerId: container.id))
        }
        _ = try await client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: id))
        _ = try await client.removePodSandbox(RemovePodSandboxRequest(podSandboxId: id))
    }
}
