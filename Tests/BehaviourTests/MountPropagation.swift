import CRI
import Linux
import Testing

extension Behaviour {
    @Suite struct MountPropagations {
        @Test("a private mount sees nothing of what is mounted on the host later", arguments: Stage.all)
        func private_(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await withMount(kubelet, .propagationPrivate) { pod, id, folder in
                    try await SharedMount.mountMemory(at: folder + "/later")
                    #expect(try await pod.said(id, "grep -c ' /data/later ' /proc/self/mountinfo; true") == "0")
                }
            }
        }

        @Test("a slave mount sees what is mounted on the host later, and gives nothing back", arguments: Stage.all)
        func slave(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await withMount(kubelet, .propagationHostToContainer) { pod, id, folder in
                    try await SharedMount.mountMemory(at: folder + "/later")
                    #expect(try await pod.said(id, "grep -c ' /data/later ' /proc/self/mountinfo") == "1")
                    _ = try await pod.said(id, "mkdir -p /data/own && mount -t tmpfs own /data/own")
                    #expect(try await blocking { try Linux.Mounts.points(beneath: folder + "/own") }.isEmpty)
                }
            }
        }

        @Test("a shared mount gives what the container mounts to the host", arguments: Stage.all)
        func shared(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await withMount(kubelet, .propagationBidirectional) { pod, id, folder in
                    _ = try await pod.said(id, "mkdir -p /data/own && mount -t tmpfs own /data/own")
                    #expect(
                        try await blocking { try Linux.Mounts.points(beneath: folder + "/own") } == [folder + "/own"])
                }
            }
        }

        @Test("a host mount that passes nothing on is refused for slave and shared", arguments: Stage.all)
        func notShared(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "refused, but with code UNKNOWN"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod(configure: Self.privileged) { pod in
                    let folder = try await kubelet.hostFolder() + "/private"
                    try await SharedMount.with(folder, isShared: false) {
                        for propagation in [
                            MountPropagation.propagationHostToContainer, .propagationBidirectional,
                        ] {
                            let failure = try await pod.refusal {
                                $0.mounts = [
                                    Mount(containerPath: "/data", hostPath: folder, propagation: propagation)
                                ]
                                $0.security.privileged = true
                            }
                            #expect(failure?.code == .invalidArgument)
                            #expect(failure?.message.contains("not a shared") == true, "\(failure?.message ?? "")")
                        }
                    }
                }
            }
        }

        private static func privileged(_ config: inout PodSandboxConfig) {
            config.linux?.securityContext?.privileged = true
        }

        /// A privileged container over a shared mount of the host, at /data.
        private func withMount(
            _ kubelet: Kubelet, _ propagation: MountPropagation,
            _ body: (Pod, _ container: String, _ folder: String) async throws -> Void
        ) async throws {
            try await kubelet.pod(configure: Self.privileged) { pod in
                let folder = try await kubelet.hostFolder() + "/shared"
                try await SharedMount.with(folder, isShared: true) {
                    let id = try await pod.start("sleep 1000") {
                        $0.mounts = [Mount(containerPath: "/data", hostPath: folder, propagation: propagation)]
                        $0.security.privileged = true
                    }
                    try await body(pod, id, folder)
                    _ = try await pod.client.removeContainer(RemoveContainerRequest(containerId: id))
                }
            }
        }
    }
}
