import CRI
import Core
import GRPC
import HTTPClient
import Linux
import OCI
import TestSupport
import Testing

/// Daemons killed in the middle of a pull.
@Suite(.enabled(if: Host.canRunContainers, "\(Host.containerProblem ?? "")"), .timeLimit(.minutes(2)))
struct ImageKillTests {
    enum Daemon: String, CaseIterable { case cri, engine }

    @Test(
        "a daemon killed in the middle of a pull starts again, clean, and goes on where it was",
        arguments: Daemon.allCases)
    func killed(_ daemon: Daemon) async throws {
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
                let first = try await start(daemon, in: folder)
                let part = folder.appending("root/content/incoming/\(layer.hex)")
                let incomplete = await withTaskGroup(of: Bool.self) { group in
                    group.addTask { await pull(name, from: daemon, in: folder) }
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

                let second = try await start(daemon, in: folder)
                #expect(await pull(name, from: daemon, in: folder))
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

    private func socket(_ folder: TemporaryFolder) -> String { folder.appending("d.sock") }

    private func start(_ daemon: Daemon, in folder: TemporaryFolder) async throws -> Int32 {
        let program = try await blocking { Files.parent(of: try Files.link(at: "/proc/self/exe")) + "/oxbow" }
        let socket = socket(folder)
        try await blocking { try Files.removeFile(socket) }
        let pid = try await Processes.shared.start(
            Command(
                program,
                [
                    daemon.rawValue, "--socket", "unix://\(socket)", "--root", folder.appending("root"), "--log-level",
                    "error", "--cni-conf-dir", folder.appending("cni"),
                ], newSession: true))
        for _ in 0..<600 where !Files.exists(socket) { try await Task.sleep(for: .milliseconds(50)) }
        return pid
    }

    /// - Returns: whether it succeeded.
    private func pull(_ name: String, from daemon: Daemon, in folder: TemporaryFolder) async -> Bool {
        switch daemon {
        case .cri:
            let client = CRIClient(socket: socket(folder))
            let answer = try? await client.pullImage(PullImageRequest(image: ImageSpec(image: name + ":1")))
            await client.close()
            return answer != nil
        case .engine:
            let client = HTTPClient(.unixSocket(path: socket(folder)))
            let request = HTTPRequest("POST", "/v1.41/images/create?fromImage=\(name)&tag=1")
            let answer = try? await client.send(request)
            return answer.map { String(buffer: $0.body).contains("Downloaded newer image") } ?? false
        }
    }
}
