import CNI
import Core
import Faults
import Glibc
import Linux
import TestSupport
import Testing

/// A core object that is dropped and opened again stands for a daemon that was killed: nothing is told to the old one.
@Suite(.enabled(if: Host.canRunContainers, "needs root, crun and conmon"), .timeLimit(.minutes(2)))
struct CoreRecoveryTests {
    @Test("a restarted core finds a running container, with its log, its later exit code and its network")
    func findsRunning() async throws {
        try await CoreFixture.with("recover-running", runs: false) { fixture in
            let id = Latch<String>()
            try await fixture.running {
                var spec = fixture.shell(
                    "echo before; while ! test -e /tmp/go; do sleep 0.02; done; echo after; exit 23", name: "web")
                let identity = PodIdentity(id: "\(fixture.networkName)-r", namespace: "ns", name: "p", uid: "u")
                spec.network = .pod(NetworkRequest(pod: identity), releasedAtExit: false)
                spec.extensionDocument = #"{"mine":1}"#
                let record = try await fixture.core.create(spec)
                try await fixture.core.start(record.id) {}
                id.set(record.id)
            }
            let container = try #require(id.value)
            let before = try #require(await fixture.core.container(container))
            try await fixture.reopen()
            try await fixture.running {
                let found = try #require(await fixture.core.container(container))
                #expect(found.state == .running && found.pid == before.pid && found.startedAt == before.startedAt)
                #expect(found.network == before.network && found.spec.extensionDocument == #"{"mine":1}"#)
                let touch = try await fixture.core.exec(container, ExecSpec(arguments: ["/bin/touch", "/tmp/go"]))
                #expect(await touch.exit() == 0)
                let ended = try await fixture.core.exit(of: container)
                #expect(ended.exitCode == 23)
                #expect(try await fixture.output(ended) == "before\nafter\n")
                // The name is still taken.
                await #expect(throws: OxbowError.self) {
                    try await fixture.core.create(fixture.spec(["/bin/true"], name: "web"))
                }
                try await fixture.core.remove(container, force: false)
                try await fixture.expectNothingLeft()
            }
        }
    }

    @Test("limits that were changed while a container ran stand after a restart")
    func keepsLimits() async throws {
        try await CoreFixture.with("recover-limits", runs: false) { fixture in
            let id = Latch<String>()
            try await fixture.running {
                let record = try await fixture.core.create(fixture.shell("sleep 1000"))
                try await fixture.core.start(record.id) {}
                id.set(record.id)
                var limits = ResourceLimits()
                (limits.cpuShares, limits.memoryBytes, limits.oomScoreAdj) = (300, 64 << 20, 600)
                try await fixture.core.updateResources(record.id, limits)
            }
            let container = try #require(id.value)
            try await fixture.reopen()
            try await fixture.running {
                let found = try #require(await fixture.core.container(container))
                #expect(found.state == .running)
                #expect(found.spec.resources.cpuShares == 300)
                #expect(found.spec.resources.memoryBytes == 64 << 20)
                #expect(found.spec.resources.oomScoreAdj == 600)
                #expect(try await fixture.core.statistics(container).memoryLimit == 64 << 20)
                try await fixture.core.remove(container, force: true)
                try await fixture.expectNothingLeft()
            }
        }
    }

    @Test("an exit while no core watched is found with its code")
    func findsExit() async throws {
        try await CoreFixture.with("recover-exit", runs: false) { fixture in
            let id = Latch<String>()
            try await fixture.running {
                let record = try await fixture.core.create(
                    fixture.shell("while ! test -e /tmp/go; do sleep 0.02; done; exit 9"))
                try await fixture.core.start(record.id) {}
                id.set(record.id)
            }
            let container = try #require(id.value)
            let record = try #require(await fixture.core.container(container))
            try await blocking { try Files.write(record.overlay.merged + "/tmp/go", []) }
            let exit = fixture.folder.appending("run/exits/\(container)")
            try await waitFor { Files.exists(exit) }
            try await waitFor { isGone(record.pid) }
            try await fixture.reopen()
            let ended = try #require(await fixture.core.container(container))
            #expect(ended.state == .exited && ended.exitCode == 9 && ended.finishedAt > ended.startedAt)
        }
    }

    @Test(
        "a container whose monitor was killed is killed too and counts as 137, at once or after a restart",
        arguments: [false, true])
    func monitorKilled(restart: Bool) async throws {
        try await CoreFixture.with("recover-monitor", runs: false) { fixture in
            let id = Latch<String>()
            try await fixture.running {
                let record = try await fixture.core.create(fixture.spec(["/bin/sleep", "1000"]))
                try await fixture.core.start(record.id) {}
                id.set(record.id)
                if restart { return }
                try await killMonitor(of: record.id)
                #expect(try await fixture.core.exit(of: record.id).exitCode == 137)
            }
            let container = try #require(id.value)
            if restart {
                let pid = try #require(await fixture.core.container(container)).pid
                try await killMonitor(of: container)
                try await fixture.reopen()
                #expect(await fixture.core.container(container)?.exitCode == 137)
                #expect(isGone(pid))
            }
            try await fixture.running {
                try await fixture.core.remove(container, force: false)
                try await fixture.expectNothingLeft()
            }
        }
    }

    /// A zombie that nobody has reaped yet is gone.
    private func isGone(_ pid: Int32) -> Bool {
        ProcessFacts.read(pid).map { $0.state == UInt8(ascii: "Z") } ?? true
    }

    private func killMonitor(of id: String) async throws {
        let monitor = try await blocking {
            ProcessFacts.all().first { $0.command == "conmon" && ProcessFacts.commandLine(of: $0.pid).contains(id) }
        }
        kill(try #require(monitor).pid, SIGKILL)
        let pid = try #require(monitor).pid
        try await waitFor { isGone(pid) }
    }

    @Test("a creation that was cut short is undone: folder, mount and all")
    func halfMade() async throws {
        try await CoreFixture.with("recover-made", runs: false) { fixture in
            let id = ContainerID.random()
            let folders = CoreFolders(root: fixture.folder.appending("root"), run: fixture.folder.appending("run"))
            let layer = fixture.folder.appending("layer")
            try await blocking {
                try Files.makeFolders(layer)
                _ = try OverlaySnapshots(folders: folders).make(id, lower: [layer])
                try Files.write(folders.etc(id, "hosts"), [])
            }
            try await fixture.reopen()
            #expect(await fixture.core.containers().isEmpty)
            try await fixture.expectNothingLeft()
        }
    }

    @Test("a start that was cut short after the process was made is undone, and can be done again")
    func halfStarted() async throws {
        try await CoreFixture.with("recover-started", runs: false) { fixture in
            let folders = CoreFolders(root: fixture.folder.appending("root"), run: fixture.folder.appending("run"))
            let id = Latch<String>()
            let kept = Latch<[UInt8]>()
            try await fixture.running {
                var spec = fixture.spec(["/bin/sleep", "1000"])
                let identity = PodIdentity(id: "\(fixture.networkName)-h", namespace: "ns", name: "p", uid: "u")
                spec.network = .pod(NetworkRequest(pod: identity), releasedAtExit: false)
                let record = try await fixture.core.create(spec)
                try await fixture.core.start(record.id) {
                    // What is on disk now is what a daemon that dies now leaves.
                    if let bytes = try? Files.read(folders.liveRecord(record.id)) { kept.set(bytes) }
                }
                id.set(record.id)
            }
            let container = try #require(id.value)
            let bytes = try #require(kept.value)
            #expect(try StoredRecord.decode(bytes).phase == .starting)
            try await blocking { try Files.write(folders.liveRecord(container), bytes) }
            try await fixture.reopen()
            try await fixture.running {
                let found = try #require(await fixture.core.container(container))
                #expect(found.state == .created && found.network == nil && !found.startError.isEmpty)
                try await fixture.core.start(container) {}
                #expect(await fixture.core.container(container)?.state == .running)
                try await fixture.core.remove(container, force: true)
                try await fixture.expectNothingLeft()
            }
        }
    }

    @Test("a removal that was cut short is finished")
    func halfRemoved() async throws {
        try await CoreFixture.with("recover-removed", runs: false) { fixture in
            let folders = CoreFolders(root: fixture.folder.appending("root"), run: fixture.folder.appending("run"))
            let id = Latch<String>()
            try await fixture.running {
                id.set(try await fixture.run(fixture.shell("true")).id)
            }
            let container = try #require(id.value)
            try await blocking {
                var stored = try StoredRecord.decode(try Files.read(folders.record(container)))
                stored.phase = .removing
                stored.revision += 100
                try Files.makeFolders(folders.bundle(container))
                try Files.write(folders.liveRecord(container), try stored.encoded())
                try Mounts.unmount(stored.record.overlay.merged)
            }
            try await fixture.reopen()
            #expect(await fixture.core.container(container) == nil)
            try await fixture.expectNothingLeft()
        }
    }

    @Test(
        "after a restart of the machine a running container counts as ended, its address is free, and it starts again")
    func otherBoot() async throws {
        try await CoreFixture.with("recover-boot", runs: false) { fixture in
            let folders = CoreFolders(root: fixture.folder.appending("root"), run: fixture.folder.appending("run"))
            let id = Latch<String>()
            try await fixture.running {
                var spec = fixture.spec(["/bin/sleep", "1000"])
                let identity = PodIdentity(id: "\(fixture.networkName)-b", namespace: "ns", name: "p", uid: "u")
                spec.network = .pod(NetworkRequest(pod: identity), releasedAtExit: false)
                let record = try await fixture.core.create(spec)
                try await fixture.core.start(record.id) {}
                id.set(record.id)
            }
            let container = try #require(id.value)
            let pid = try #require(await fixture.core.container(container)).pid
            try await killMonitor(of: container)
            kill(pid, SIGKILL)
            try await waitFor { isGone(pid) }
            try await blocking {
                // As the machine comes up: nothing mounted, an empty run folder, records of another boot.
                for place in [fixture.folder.appending("run"), folders.container(container)] {
                    for point in try Mounts.points(beneath: place) { try Mounts.unmount(point, lazily: true) }
                }
                try Files.removeTree(folders.run)
                var stored = try StoredRecord.decode(try Files.read(folders.record(container)))
                stored.boot = "another"
                try Files.write(folders.record(container), try stored.encoded())
            }
            try await fixture.reopen()
            try await fixture.running {
                let found = try #require(await fixture.core.container(container))
                #expect(found.state == .exited && found.exitCode == 255)
                let leases = fixture.leases
                #expect(try await blocking { try Files.entries(of: leases).filter { $0.hasPrefix("10.") } } == [])
                try await fixture.core.start(container) {}
                #expect(await fixture.core.container(container)?.state == .running)
                try await fixture.core.remove(container, force: true)
                try await fixture.expectNothingLeft()
            }
        }
    }
}
