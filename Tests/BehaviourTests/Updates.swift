import CRI
import GRPC
import Linux
import Testing

extension Behaviour {
    @Suite struct Updates {
        /// Changes a running container's limits.
        private func update(_ pod: Pod, _ id: String, _ limits: LinuxContainerResources) async throws {
            _ = try await pod.client.updateContainerResources(
                UpdateContainerResourcesRequest(containerId: id, linux: limits))
        }

        private func limits(_ pod: Pod, _ id: String) async throws -> LinuxContainerResources {
            try #require(try await pod.status(id).resources?.linux)
        }

        /// A file of the container's cgroup, under the name that this host's version has for it.
        private func file(_ pod: Pod, _ id: String, v1: (String, String), v2: String) async throws -> String {
            let tree = try await blocking { try CgroupTree.detect() }
            let (controller, name) = tree.version == .v1 ? v1 : ("", v2)
            let root = try #require(tree.roots[controller])
            let path = "\(root)\(pod.config.linux?.cgroupParent ?? "")/\(id)/\(name)"
            let text = try await blocking { String(decoding: try Files.read(path), as: UTF8.self) }
            return text.filter { $0 != "\n" }
        }

        @Test("CPU limits of a running container change, in its cgroup and in its status", arguments: Stage.all)
        func cpu(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "a status without resources", .containerd: "1.6 tells no resources in a status",
            ]
            try await stage.check("UpdateContainerResources", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000") {
                        $0.linux?.resources = LinuxContainerResources(cpuShares: 256)
                    }
                    try await update(
                        pod, id,
                        LinuxContainerResources(
                            cpuPeriod: 50_000, cpuQuota: 25_000, cpuShares: 512, cpusetCpus: "0", cpusetMems: "0"))
                    if try await blocking({ try CgroupTree.detect().version == .v1 }) {
                        #expect(try await file(pod, id, v1: ("cpu", "cpu.shares"), v2: "") == "512")
                        #expect(try await file(pod, id, v1: ("cpu", "cpu.cfs_quota_us"), v2: "") == "25000")
                    }
                    #expect(try await file(pod, id, v1: ("cpuset", "cpuset.cpus"), v2: "cpuset.cpus") == "0")
                    let told = try await limits(pod, id)
                    #expect(told.cpuShares == 512)
                    #expect(told.cpuPeriod == 50_000)
                    #expect(told.cpuQuota == 25_000)
                    #expect(told.cpusetCpus == "0")
                    #expect(told.cpusetMems == "0")
                }
            }
        }

        @Test("a memory limit is raised and lowered, whatever limit of swap goes with it", arguments: Stage.all)
        func memory(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "Docker refuses a limit above that of memory and swap together",
                .containerd: "1.6 tells no resources in a status",
            ]
            try await stage.check("UpdateContainerResources", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000") {
                        $0.linux?.resources = LinuxContainerResources(
                            memoryLimitInBytes: 64 << 20, memorySwapLimitInBytes: 64 << 20)
                    }
                    for bytes: Int64 in [128 << 20, 32 << 20] {
                        try await update(pod, id, LinuxContainerResources(memoryLimitInBytes: bytes))
                        let written = try await file(
                            pod, id, v1: ("memory", "memory.limit_in_bytes"), v2: "memory.max")
                        #expect(written == "\(bytes)")
                        #expect(try await limits(pod, id).memoryLimitInBytes == bytes)
                    }
                    try await update(
                        pod, id,
                        LinuxContainerResources(memoryLimitInBytes: 64 << 20, memorySwapLimitInBytes: 96 << 20))
                    #expect(try await limits(pod, id).memorySwapLimitInBytes == 96 << 20)
                }
            }
        }

        @Test("the score for the out-of-memory killer changes", arguments: Stage.all)
        func score(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim: "Docker's update has no place for the score", .dockerd: "Docker's update has no place",
                .dockershim120: "Docker's update has no place for the score",
                .containerd: "an OCI runtime's update has no place for the score",
            ]
            try await stage.check("UpdateContainerResources", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000") {
                        $0.linux?.resources = LinuxContainerResources(oomScoreAdj: 500)
                    }
                    try await update(pod, id, LinuxContainerResources(oomScoreAdj: 700))
                    #expect(try await pod.said(id, "cat /proc/1/oom_score_adj") == "700")
                    #expect(try await limits(pod, id).oomScoreAdj == 700)
                }
            }
        }

        @Test("limits of huge pages change", arguments: Stage.all)
        func hugepages(_ stage: Stage) async throws {
            let noPlace = "Docker has no place for limits of huge pages"
            let gaps: [Stage: String] = [
                .dockershim: noPlace, .dockershim120: noPlace, .dockerd: noPlace,
                .containerd: "1.6 tells no resources in a status",
            ]
            try await stage.check("UpdateContainerResources", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000")
                    let pages = HugepageLimit(pageSize: "2MB", limit: 4 << 20)
                    try await update(pod, id, LinuxContainerResources(hugepageLimits: [pages]))
                    let written = try await file(
                        pod, id, v1: ("hugetlb", "hugetlb.2MB.limit_in_bytes"), v2: "hugetlb.2MB.max")
                    #expect(written == "\(4 << 20)")
                    #expect(try await limits(pod, id).hugepageLimits == [pages])
                }
            }
        }

        @Test("what cannot be changed is refused, and the limits stay", arguments: Stage.all)
        func unified(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "the map of unified settings is passed over",
                .containerd: "1.6 tells no resources in a status",
            ]
            try await stage.check("UpdateContainerResources", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000") {
                        $0.linux?.resources = LinuxContainerResources(cpuShares: 256)
                    }
                    let before = try await limits(pod, id)
                    let wrong = LinuxContainerResources(cpuShares: 300, unified: ["no.such": "1"])
                    let failure = await kubelet.failure { () throws(GRPCStatus) in
                        try await pod.client.updateContainerResources(
                            UpdateContainerResourcesRequest(containerId: id, linux: wrong))
                    }
                    #expect(failure != nil)
                    #expect(try await limits(pod, id) == before)
                }
            }
        }

        @Test("an update of a container that is not there is NOT_FOUND", arguments: Stage.all)
        func unknown(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "UNKNOWN for everything"]
            try await stage.check("UpdateContainerResources", gaps: gaps) { kubelet in
                let request = UpdateContainerResourcesRequest(
                    containerId: "nosuch", linux: LinuxContainerResources(cpuShares: 300))
                let failure = await kubelet.failure { () throws(GRPCStatus) in
                    try await kubelet.client.updateContainerResources(request)
                }
                #expect(failure?.code == .notFound)
            }
        }

        @Test("a pod's new resources are kept with its sandbox", arguments: Stage.all)
        func sandbox(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "the call came with Kubernetes 1.33", .containerd: "the call came with containerd 2.1",
            ]
            try await stage.check("UpdatePodSandboxResources", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    _ = try await kubelet.client.updatePodSandboxResources(
                        UpdatePodSandboxResourcesRequest(
                            podSandboxId: pod.id, overhead: LinuxContainerResources(memoryLimitInBytes: 1 << 20),
                            resources: LinuxContainerResources(cpuShares: 777)))
                    let status = try await kubelet.client.podSandboxStatus(
                        PodSandboxStatusRequest(podSandboxId: pod.id, verbose: true))
                    #expect(status.status?.state == .sandboxReady)
                    #expect(status.info.values.contains { $0.contains("777") })
                    let failure = await kubelet.failure { () throws(GRPCStatus) in
                        try await kubelet.client.updatePodSandboxResources(
                            UpdatePodSandboxResourcesRequest(podSandboxId: "nosuch"))
                    }
                    #expect(failure?.code == .notFound)
                }
            }
        }
    }
}
