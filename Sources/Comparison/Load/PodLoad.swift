import CRI
import GRPC
import Trace

/// The synthetic load: pods as a kubelet would start and stop them, one container each.
struct PodLoad: Sendable {
    let endpoint: CRIEndpoint
    /// Distinguishes this load's pods from anybody else's at the endpoint.
    let label: String
    let image: String
    /// Log folders land here; the caller makes and removes it.
    let folder: String
    let limits: ComparisonLimits

    /// One pod's identity at the endpoint, and how its start went.
    struct Pod: Sendable {
        let number: Int
        var sandbox: String?
        var container: String?
        /// From the beginning of RunPodSandbox to the end of StartContainer; nil when one of the calls failed.
        var start: Duration?
        var calls: [(method: String, latency: Duration)] = []
        var failures: [String] = []
    }

    /// Above the pods' cgroups.
    let cgroup: String

    /// Where the log folder of pod `number` must be before it starts.
    func logFolder(_ number: Int) -> String { "\(folder)/\(uid(number))" }

    private func uid(_ number: Int) -> String { "\(uidPrefix)\(number)" }

    /// The uids of this load's pods begin with it, and nobody else's do.
    var uidPrefix: String { "oxbow-\(label)-" }

    private func labels(_ number: Int) -> JSONValue {
        [
            "io.kubernetes.pod.name": .string("load-\(number)"), "io.kubernetes.pod.namespace": "oxbow",
            "io.kubernetes.pod.uid": .string(uid(number)),
        ]
    }

    private func sandboxConfig(_ number: Int) -> JSONValue {
        [
            "metadata": ["name": .string("load-\(number)"), "uid": .string(uid(number)), "namespace": "oxbow"],
            "hostname": .string("load-\(number)"), "log_directory": .string(logFolder(number)),
            "dns_config": ["servers": .array(["10.96.0.10"]), "options": .array(["ndots:5"])],
            "labels": labels(number),
            "linux": [
                "cgroup_parent": .string("\(cgroup)/pod\(number)"),
                "security_context": ["namespace_options": ["pid": "CONTAINER"]],
            ],
        ]
    }

    private func containerConfig(_ number: Int, image id: String) -> JSONValue {
        [
            "metadata": ["name": "main"], "image": ["image": .string(id)],
            "command": .array(["/bin/sh", "-c", "trap \"exit 0\" TERM; sleep 100000 & wait $!"]),
            "labels": labels(number), "log_path": "main/0.log",
            "linux": [
                "resources": ["cpu_period": "100000", "cpu_shares": "2"],
                "security_context": ["namespace_options": ["pid": "CONTAINER"]],
            ],
        ]
    }

    /// Starts one pod and looks at it, call after call.
    func start(_ number: Int) async throws -> Pod {
        var pod = Pod(number: number)
        let config = sandboxConfig(number)
        let begun = ContinuousClock.now
        guard
            let made = try await call("RuntimeService/RunPodSandbox", ["config": config], &pod),
            let sandbox = made["pod_sandbox_id"]?.string
        else { return pod }
        pod.sandbox = sandbox
        _ = try await call("RuntimeService/PodSandboxStatus", ["pod_sandbox_id": .string(sandbox)], &pod)
        let image = try await call("ImageService/ImageStatus", ["image": ["image": .string(image)]], &pod)
        guard let id = image?["image"]?["id"]?.string else {
            pod.failures.append("ImageStatus: no image (\(self.image))")
            return pod
        }
        guard
            let created = try await call(
                "RuntimeService/CreateContainer",
                [
                    "pod_sandbox_id": .string(sandbox), "config": containerConfig(number, image: id),
                    "sandbox_config": config,
                ], &pod),
            let container = created["container_id"]?.string
        else { return pod }
        pod.container = container
        let identity: JSONValue = ["container_id": .string(container)]
        guard try await call("RuntimeService/StartContainer", identity, &pod) != nil else { return pod }
        pod.start = ContinuousClock.now - begun
        _ = try await call("RuntimeService/ContainerStatus", identity, &pod)
        return pod
    }

    /// Stops and removes a pod, as far as its start came.
    func end(_ started: Pod) async throws -> Pod {
        var pod = Pod(number: started.number)
        if let container = started.container {
            _ = try await call(
                "RuntimeService/StopContainer", ["container_id": .string(container), "timeout": "10"], &pod)
        }
        if let sandbox = started.sandbox {
            let identity: JSONValue = ["pod_sandbox_id": .string(sandbox)]
            _ = try await call("RuntimeService/StopPodSandbox", identity, &pod)
            if let container = started.container {
                _ = try await call("RuntimeService/RemoveContainer", ["container_id": .string(container)], &pod)
            }
            _ = try await call("RuntimeService/RemovePodSandbox", identity, &pod)
        }
        return pod
    }

    /// - Returns: nil when the call failed, which the pod then tells.
    private func call(_ method: String, _ request: JSONValue, _ pod: inout Pod) async throws -> JSONValue? {
        let name = String(method.split(separator: "/").last ?? "")
        do throws(GRPCStatus) {
            let (answer, latency) = try await endpoint.timed(method, request, timeout: limits.call)
            pod.calls.append((name, latency))
            return answer
        } catch {
            try Task.checkCancellation()
            pod.failures.append("\(name): \(error.message) (code \(error.code.rawValue))")
            return nil
        }
    }
}
