import CRI
import GRPC
import Linux
import Testing

extension Behaviour {
    @Suite struct ExitReasons {
        @Test("an exit has its code and reason", arguments: Stage.all)
        func exitCodes(_ stage: Stage) async throws {
            try await stage.check("ContainerStatus") { kubelet in
                try await kubelet.pod { pod in
                    for (code, reason) in [(0, "Completed"), (1, "Error"), (42, "Error"), (255, "Error")]
                        as [(Int32, String)]
                    {
                        let status = try await pod.run("exit \(code)", name: "exit\(code)").status
                        #expect(status.exitCode == code && status.reason == reason && status.message == "")
                    }
                }
            }
        }

        @Test("a container that the kernel killed for memory says so", arguments: Stage.all)
        func outOfMemory(_ stage: Stage) async throws {
            try await stage.check("ContainerStatus") { kubelet in
                try await kubelet.pod { pod in
                    let status = try await pod.run("exec tail /dev/zero") { container in
                        container.linux?.resources = LinuxContainerResources(memoryLimitInBytes: 16 << 20)
                    }.status
                    #expect(status.reason == "OOMKilled" && status.exitCode == 137)
                }
            }
        }

        @Test("a container that cannot be started has exited with StartError and code 128", arguments: Stage.all)
        func startError(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "Docker's code 127 and the reason ContainerCannotRun; CREATED in a list"
            ]
            try await stage.check("StartContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    var container = pod.configuration("")
                    container.command = ["/no/such/program"]
                    let id = try await pod.create(container)
                    let failure = await kubelet.failure { () async throws(GRPCStatus) in
                        try await kubelet.client.startContainer(StartContainerRequest(containerId: id))
                    }
                    #expect(failure?.message.lowercased().contains("no such file or directory") == true)
                    let status = try await pod.status(id)
                    #expect(status.state == .containerExited)
                    #expect(status.reason == "StartError" && status.exitCode == 128 && !status.message.isEmpty)
                    #expect(status.createdAt <= status.startedAt && status.startedAt <= status.finishedAt)
                    let filter = ContainerFilter(
                        id: id, state: ContainerStateValue(state: .containerExited), podSandboxId: pod.id)
                    let listed = try await kubelet.client.listContainers(ListContainersRequest(filter: filter))
                    #expect(listed.containers.map(\.state) == [.containerExited])
                }
            }
        }

        @Test("times of a container's life are told in order", arguments: Stage.all)
        func times(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "Docker's zero time comes as what overflow makes of it"]
            try await stage.check("ContainerStatus", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let before = Timestamp.now().nanoseconds
                    let made = try await pod.create(pod.configuration("sleep 1000"))
                    let created = try await pod.status(made)
                    #expect(created.state == .containerCreated && created.createdAt >= before)
                    #expect(created.startedAt == 0 && created.finishedAt == 0 && created.reason == "")
                    _ = try await kubelet.client.startContainer(StartContainerRequest(containerId: made))
                    let running = try await pod.status(made)
                    #expect(running.state == .containerRunning && running.startedAt >= created.createdAt)
                    #expect(running.finishedAt == 0 && running.exitCode == 0 && running.reason == "")
                    _ = try await kubelet.client.stopContainer(StopContainerRequest(containerId: made))
                    let ended = try await pod.status(made)
                    #expect(ended.startedAt == running.startedAt && ended.finishedAt >= ended.startedAt)
                    #expect(ended.finishedAt <= Timestamp.now().nanoseconds && ended.exitCode == 137)
                }
            }
        }

        @Test("each attempt is a container of its own, with its own log and status", arguments: Stage.all)
        func attempts(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    for attempt in 0..<3 as Range<UInt32> {
                        let outcome = try await pod.run("echo attempt \(attempt); exit \(attempt)") { container in
                            container.metadata?.attempt = attempt
                            container.logPath = "main/\(attempt).log"
                        }
                        #expect(outcome.status.metadata?.attempt == attempt)
                        #expect(outcome.status.exitCode == Int32(attempt))
                        #expect(outcome.output == "attempt \(attempt)\n")
                    }
                    let filter = ContainerFilter(podSandboxId: pod.id)
                    let listed = try await kubelet.client.listContainers(ListContainersRequest(filter: filter))
                    #expect(Set(listed.containers.compactMap(\.metadata?.attempt)) == [0, 1, 2])
                }
            }
        }

        @Test("the termination message is in the file that the status names", arguments: Stage.all)
        func terminationLog(_ stage: Stage) async throws {
            try await stage.check("ContainerStatus") { kubelet in
                try await kubelet.pod { pod in
                    let file = pod.config.logDirectory + "/termination"
                    try await blocking { try Files.write(file, [], mode: 0o666) }
                    let status = try await pod.run("echo gone > /dev/termination-log; exit 1") { container in
                        container.mounts = [Mount(containerPath: "/dev/termination-log", hostPath: file)]
                    }.status
                    let mount = status.mounts.first { $0.containerPath == "/dev/termination-log" }
                    #expect(mount?.hostPath == file && mount?.readonly == false)
                    #expect(try await blocking { String(decoding: try Files.read(file), as: UTF8.self) } == "gone\n")
                }
            }
        }

        @Test("a container is stopped with the signal that its configuration names", arguments: Stage.all)
        func stopSignal(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "stop signals in configurations came later"]
            try await stage.check("StopContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    var container = pod.configuration(
                        "trap 'exit 7' USR1; trap 'exit 8' TERM; echo ready; while :; do sleep 0.05; done")
                    container.stopSignal = .signalSigusr1
                    let id = try await pod.start(container)
                    _ = try await kubelet.eventually({ try await pod.output(container) }) { $0 == "ready\n" }
                    #expect(try await pod.status(id).stopSignal == .signalSigusr1)
                    _ = try await kubelet.client.stopContainer(StopContainerRequest(containerId: id, timeout: 20))
                    #expect(try await pod.status(id).exitCode == 7)
                }
            }
        }

        @Test("without a signal of its own a container is stopped with SIGTERM, and says so", arguments: Stage.all)
        func defaultSignal(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "no stop signal in a status"]
            try await stage.check("StopContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let container = pod.configuration("trap 'exit 8' TERM; echo ready; while :; do sleep 0.05; done")
                    let id = try await pod.start(container)
                    _ = try await kubelet.eventually({ try await pod.output(container) }) { $0 == "ready\n" }
                    _ = try await kubelet.client.stopContainer(StopContainerRequest(containerId: id, timeout: 20))
                    let status = try await pod.status(id)
                    #expect(status.exitCode == 8 && status.stopSignal == .signalSigterm)
                }
            }
        }

        @Test("a container that does not end by its signal is killed after the grace", arguments: Stage.all)
        func grace(_ stage: Stage) async throws {
            try await stage.check("StopContainer") { kubelet in
                try await kubelet.pod { pod in
                    let container = pod.configuration("trap 'echo no' TERM; echo ready; while :; do sleep 0.05; done")
                    let id = try await pod.start(container)
                    _ = try await kubelet.eventually({ try await pod.output(container) }) { $0 == "ready\n" }
                    let begin = ContinuousClock.now
                    _ = try await kubelet.client.stopContainer(StopContainerRequest(containerId: id, timeout: 1))
                    #expect(ContinuousClock.now - begin >= .seconds(1))
                    let status = try await pod.status(id)
                    #expect(status.exitCode == 137 && status.reason == "Error")
                    #expect(try await pod.output(container) == "ready\nno\n")
                }
            }
        }
    }
}
