import CRI
import GRPC
import Linux
import TestSupport
import Testing

@testable import Comparison

extension Behaviour {
    @Suite struct Concurrency {
        @Test(
            "twenty pods from eight clients at once: all come up, each with addresses of its own, none leaves anything",
            arguments: Stage.all)
        func twentyPods(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                let clients = (0..<8).map { _ in CRIClient(socket: kubelet.daemons.criSocket) }
                let label = Kubelet.uniqueName("batch")
                let configs = (0..<20).map { _ in
                    var config = kubelet.podConfiguration("batch")
                    config.labels["batch"] = label
                    return config
                }
                let result: Swift.Result<[String], any Error>
                do {
                    result = .success(try await life(of: configs, label, clients))
                } catch {
                    result = .failure(error)
                }
                for client in clients { await client.close() }
                let ids = try result.get()
                #expect(ids.count == configs.count * 2)
                #expect(try await kubelet.remains(of: ids) == [])
            }
        }

        /// Runs all pods, each with a container, looks at them, and removes them.
        /// - Returns: the ids of all sandboxes and containers.
        private func life(of configs: [PodSandboxConfig], _ label: String, _ clients: [CRIClient]) async throws
            -> [String]
        {
            let pods = try await inParallel(configs) { number, config in
                let client = clients[number % clients.count]
                let sandbox = try await client.runPodSandbox(RunPodSandboxRequest(config: config)).podSandboxId
                let container = ContainerConfig(
                    metadata: ContainerMetadata(name: "main"), image: ImageSpec(image: Kubelet.image),
                    command: ["/bin/sleep", "1000"])
                let id = try await client.createContainer(
                    CreateContainerRequest(podSandboxId: sandbox, config: container, sandboxConfig: config)
                ).containerId
                _ = try await client.startContainer(StartContainerRequest(containerId: id))
                return (sandbox, id)
            }
            let filter = PodSandboxFilter(labelSelector: ["batch": label])
            let listed = try await clients[0].listPodSandbox(ListPodSandboxRequest(filter: filter)).items
            #expect(Set(listed.map(\.id)) == Set(pods.map(\.0)))
            #expect(listed.allSatisfy { $0.state == .sandboxReady })
            #expect(Set(listed.compactMap(\.metadata?.name)) == Set(configs.compactMap(\.metadata?.name)))
            let addresses = try await inParallel(pods) { number, pod in
                let client = clients[number % clients.count]
                let status = try await client.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: pod.0)).status
                return [status?.network?.ip ?? ""] + (status?.network?.additionalIps.map(\.ip) ?? [])
            }.flatMap { $0 }
            #expect(!addresses.contains(""))
            #expect(Set(addresses).count == addresses.count)
            _ = try await inParallel(pods) { number, pod in
                let client = clients[number % clients.count]
                _ = try await client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: pod.0))
                _ = try await client.removePodSandbox(RemovePodSandboxRequest(podSandboxId: pod.0))
            }
            return pods.flatMap { [$0.0, $0.1] }
        }

        private func inParallel<Item: Sendable, Result: Sendable>(
            _ items: [Item], _ body: @escaping @Sendable (Int, Item) async throws -> Result
        ) async throws -> [Result] {
            try await withThrowingTaskGroup(of: Result.self) { group in
                for (number, item) in items.enumerated() { group.addTask { try await body(number, item) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }

        @Test(
            "of two clients that make the same pod at once one succeeds and the other hears ALREADY_EXISTS",
            arguments: Stage.all)
        func samePod(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "the second call removes what the first has just made"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                for _ in 1...5 {
                    let config = kubelet.podConfiguration("same")
                    let answers = try await inParallel([0, 1]) { _, _ in
                        do throws(GRPCStatus) {
                            let answer = try await kubelet.client.runPodSandbox(RunPodSandboxRequest(config: config))
                            return (answer.podSandboxId, GRPCStatus.Code.ok)
                        } catch {
                            return ("", error.code)
                        }
                    }
                    let made = answers.map(\.0).filter { !$0.isEmpty }
                    #expect(made.count == 1)
                    #expect(answers.filter { $0.0.isEmpty }.map(\.1) == [.alreadyExists])
                    let filter = PodSandboxFilter(labelSelector: config.labels)
                    let listed = try await kubelet.client.listPodSandbox(ListPodSandboxRequest(filter: filter)).items
                    for sandbox in listed { try await kubelet.remove(sandbox: sandbox.id) }
                    #expect(listed.map(\.id) == made)
                    #expect(listed.map(\.state) == [.sandboxReady])
                }
            }
        }

        @Test("RunPodSandbox past its deadline leaves nothing", arguments: Stage.all)
        func deadline(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "what was made stays for garbage collection"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                var labels: [[String: String]] = []
                for patience in try await moments(kubelet) {
                    let config = kubelet.podConfiguration("late")
                    labels.append(config.labels)
                    let client = kubelet.client.with(timeout: patience)
                    let failed = await kubelet.failure { () async throws(GRPCStatus) in
                        try await client.runPodSandbox(RunPodSandboxRequest(config: config))
                    }
                    // One that was quick enough was told, and is removed as any.
                    if failed == nil {
                        labels.removeLast()
                        let filter = PodSandboxFilter(labelSelector: config.labels)
                        for each in try await kubelet.client.listPodSandbox(ListPodSandboxRequest(filter: filter)).items
                        {
                            try await kubelet.remove(sandbox: each.id)
                        }
                    } else {
                        #expect(failed?.code == .deadlineExceeded)
                    }
                }
                try await goes(labels, kubelet)
            }
        }

        @Test("RunPodSandbox that the client gives up leaves nothing", arguments: Stage.all)
        func cancelled(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "what was made stays for garbage collection"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                var labels: [[String: String]] = []
                for patience in try await moments(kubelet) {
                    let config = kubelet.podConfiguration("given-up")
                    let id = try await withThrowingTaskGroup(of: String.self) { group in
                        group.addTask {
                            do throws(GRPCStatus) {
                                return try await kubelet.client.runPodSandbox(RunPodSandboxRequest(config: config))
                                    .podSandboxId
                            } catch {
                                #expect(error.code == .cancelled)
                                return ""
                            }
                        }
                        try await Task.sleep(for: patience)
                        group.cancelAll()
                        return try await group.next() ?? ""
                    }
                    if id.isEmpty { labels.append(config.labels) } else { try await kubelet.remove(sandbox: id) }
                }
                try await goes(labels, kubelet)
            }
        }

        /// Moments in the middle of a RunPodSandbox, from how long one takes on this machine now.
        private func moments(_ kubelet: Kubelet) async throws -> [Duration] {
            let begun = ContinuousClock.now
            var whole = Duration.zero
            try await kubelet.pod { _ in whole = ContinuousClock.now - begun }
            return (1...11).map { whole * $0 / 12 }
        }

        /// Waits until no sandbox with these labels, and nothing of their uids, is there: what a call began is taken back
        /// behind the answer.
        private func goes(_ labels: [[String: String]], _ kubelet: Kubelet) async throws {
            for selector in labels {
                let filter = PodSandboxFilter(labelSelector: selector)
                let left = try await kubelet.client.listPodSandbox(ListPodSandboxRequest(filter: filter)).items
                for each in left { try await kubelet.remove(sandbox: each.id) }
                #expect(left.isEmpty)
            }
            let uids = labels.compactMap { $0["io.kubernetes.pod.uid"] }
            if uids.isEmpty { return }
            _ = try await kubelet.eventually {
                try await kubelet.remains(of: uids)
            } until: {
                $0.isEmpty
            }
        }
    }
}
