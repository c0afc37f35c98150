import CRI
import Testing

extension Behaviour {
    @Suite struct Metrics {
        private static let gaps: [Stage: String] = [
            .dockershim120: "metrics came with Kubernetes 1.26", .containerd: "metrics came with containerd 2.2",
        ]

        private func metrics(_ kubelet: Kubelet, of pod: String) async throws -> PodSandboxMetrics {
            let answer = try await kubelet.client.listPodSandboxMetrics(ListPodSandboxMetricsRequest())
            return try #require(answer.podMetrics.first { $0.podSandboxId == pod })
        }

        @Test("a pod and its container have the metrics that dashboards look for", arguments: Stage.all)
        func names(_ stage: Stage) async throws {
            try await stage.check("ListPodSandboxMetrics", gaps: Self.gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000") {
                        $0.linux?.resources = LinuxContainerResources(cpuShares: 512, memoryLimitInBytes: 64 << 20)
                    }
                    let told = try await metrics(kubelet, of: pod.id)
                    let own = try #require(told.containerMetrics.first { $0.containerId == id }).metrics
                    let names = Set(own.map(\.name))
                    let wanted: Set<String> = [
                        "container_cpu_usage_seconds_total", "container_cpu_user_seconds_total",
                        "container_cpu_system_seconds_total", "container_cpu_cfs_periods_total",
                        "container_cpu_cfs_throttled_periods_total", "container_cpu_cfs_throttled_seconds_total",
                        "container_memory_usage_bytes", "container_memory_working_set_bytes", "container_memory_rss",
                        "container_memory_cache", "container_memory_mapped_file", "container_memory_failcnt",
                        "container_memory_failures_total", "container_fs_usage_bytes", "container_threads",
                        "container_last_seen", "container_start_time_seconds", "container_spec_cpu_shares",
                        "container_spec_memory_limit_bytes",
                    ]
                    #expect(names.isSuperset(of: wanted), "\(wanted.subtracting(names).sorted())")
                    #expect(own.first { $0.name == "container_spec_memory_limit_bytes" }?.value?.value == 64 << 20)
                    #expect(own.first { $0.name == "container_spec_cpu_shares" }?.value?.value == 512)
                    let network = Set(told.metrics.map(\.name))
                    #expect(network.contains("container_network_receive_bytes_total"))
                    #expect(network.contains("container_network_transmit_packets_dropped_total"))
                }
            }
        }

        @Test("every metric has a descriptor with as many labels", arguments: Stage.all)
        func descriptors(_ stage: Stage) async throws {
            try await stage.check("ListMetricDescriptors", gaps: Self.gaps) { kubelet in
                let answer = try await kubelet.client.listMetricDescriptors(ListMetricDescriptorsRequest())
                let descriptors = Dictionary(uniqueKeysWithValues: answer.descriptors.map { ($0.name, $0) })
                #expect(answer.descriptors.allSatisfy { !$0.help.isEmpty && $0.name.hasPrefix("container_") })
                try await kubelet.pod { pod in
                    _ = try await pod.start("sleep 1000")
                    let told = try await metrics(kubelet, of: pod.id)
                    for metric in told.metrics + told.containerMetrics.flatMap(\.metrics) {
                        let keys = try #require(descriptors[metric.name], "\(metric.name)").labelKeys
                        #expect(metric.labelValues.count == keys.count, "\(metric.name)")
                        let labels = Dictionary(zip(keys, metric.labelValues)) { first, _ in first }
                        #expect(labels["pod"] == pod.config.metadata?.name)
                        #expect(labels["namespace"] == pod.config.metadata?.namespace)
                    }
                }
            }
        }

        @Test("streamed metrics are those of the list, each pod once", arguments: Stage.all)
        func streamed(_ stage: Stage) async throws {
            try await stage.check("StreamPodSandboxMetrics", gaps: Self.gaps) { kubelet in
                try await kubelet.pod { pod in
                    let ids = Gathered<String>()
                    try await kubelet.client.streamPodSandboxMetrics(StreamPodSandboxMetricsRequest()) { answer in
                        ids.add(answer.podSandboxMetrics.map(\.podSandboxId))
                    }
                    #expect(ids.all.count { $0 == pod.id } == 1)
                }
            }
        }
    }
}
