import Core
import Linux
import OCI
import TestSupport
import Testing

/// Daemons killed in the middle of a pull.
@Suite(.enabled(if: Host.canRunContainers, "\(Host.containerProblem ?? "")"), .timeLimit(.minutes(2)))
struct ImageKillTests {
    @Test(
        "a daemon killed in the middle of a pull starts again, clean, and goes on where it was",
        arguments: ImageDaemon.allCases)
    func killed(_ daemon: ImageDaemon) async throws {
        try await TemporaryFolder.with("image-kill") { folder in
            try await ScriptedRegistry.with { registry in
                let image = try await TestImage.shell(marked: Array("killed \(daemon)".utf8))
                registry.add(image, as: "1")
                let layer = image.layers[0].digest
                let name = "\(registry.address)/a/b"
                let arrived = Latch<Void>()
                registry.pause(layer, after: 700_000) {
                    arrived.set(())
                    // Until the connection's other end is gone.
                    _ = await Latch<Void>().wait()
                }
                let first = try await daemon.start(in: folder)
                let part = folder.appending("root/content/incoming/\(layer.hex)")
                let incomplete = await withTaskGroup(of: Bool.self) { group in
                    group.addTask { await daemon.pull(name + ":1", in: folder) == nil }
                    group.addTask {
                        _ = await arrived.wait()
                        // What has arrived has also been written.
                        while Files.size(part) ?? 0 < 700_000, !Task.isCancelled {
                            try? await Task.sleep(for: .milliseconds(10))
                        }
                        _ = try? Signals.send(9, to: first)
                        return false
                    }
                    return await group.reduce(false) { $0 || $1 }
                }
                #expect(!incomplete)
                _ = await Processes.shared.wait(for: first)
                registry.resume(layer)

                let second = try await daemon.start(in: folder)
                #expect(await daemon.pull(name + ":1", in: folder) == nil)
                #expect(registry.ranges(of: layer) == ["", "bytes=700000-"])
                let left = try await blocking {
                    (
                        try Files.entries(of: folder.appending("root/content/incoming")),
                        try Files.entries(of: folder.appending("root/layers")).filter { $0.hasPrefix(".") }
                    )
                }
                #expect(left.0.isEmpty && left.1.isEmpty)
                try Signals.send(15, to: second)
                _ = await Processes.shared.wait(for: second)
            }
        }
    }
}
