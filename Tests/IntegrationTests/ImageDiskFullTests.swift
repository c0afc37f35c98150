import Core
import Faults
import Linux
import Logging
import OCI
import TestSupport
import Testing

/// Pulls onto a file system of 8 MiB.
@Suite(.enabled(if: Host.canRunContainers, "\(Host.containerProblem ?? "")"), .timeLimit(.minutes(1)))
struct ImageDiskFullTests {
    @Test(
        "a disk that is full before all has come, or before all is unpacked, is said to be full, and nothing is left",
        arguments: [TestImage.Packing.plain, .gzip])
    func full(_ packing: TestImage.Packing) async throws {
        try await TemporaryFolder.with("pull-full") { folder in
            let disk = folder.appending("disk")
            try await blocking {
                try Files.makeFolders(disk)
                try Mounts.memory(at: disk, bytes: 8 << 20, mode: 0o700)
            }
            let log = Logger(label: "full") { _ in SwiftLogNoOpLogHandler() }
            let store = try await ImageStore.open(root: disk, logger: log)
            try await ScriptedRegistry.with { registry in
                var tar = TestTar()
                // Packed it is small: then the blob fits, and what is in it does not.
                tar.add("big", content: [UInt8](repeating: 7, count: 9 << 20))
                let image = TestImage(layers: [try await TestImage.layer(tar.finished, packing)])
                registry.add(image, as: "1")
                let before = (try await store.all(), try await usage(disk))
                let name = try Reference(parsing: "\(registry.address)/a/full:1")
                let error = await #expect(throws: OxbowError.self) {
                    try await store.pull(name, credentials: nil) { _ in }
                }
                #expect(error?.kind == .tooLarge)
                #expect(error?.message.contains("no space left on device") == true)
                #expect(try await store.all() == before.0)
                #expect(try await usage(disk) == before.1)
                #expect(try Files.entries(of: disk + "/content/incoming").isEmpty)
            }
        }
    }

    @Test("a daemon whose disk is full says so to its client, and goes on", arguments: ImageDaemon.allCases)
    func daemon(_ daemon: ImageDaemon) async throws {
        try await TemporaryFolder.with("daemon-full") { folder in
            try await blocking {
                try Files.makeFolders(folder.appending("root"))
                try Mounts.memory(at: folder.appending("root"), bytes: 12 << 20, mode: 0o700)
            }
            let pid = try await daemon.start(in: folder)
            try await ScriptedRegistry.with { registry in
                var tar = TestTar()
                tar.add("big", content: [UInt8](repeating: 7, count: 16 << 20))
                registry.add(TestImage(layers: [try await TestImage.layer(tar.finished, .plain)]), as: "big")
                registry.add(try await TestImage.make(["small": "small"]), as: "small")
                let refusal = await daemon.pull("\(registry.address)/a/full:big", in: folder) ?? "none"
                #expect(refusal.contains("no space left on device"), "\(refusal)")
                #expect(refusal.contains(daemon == .cri ? "resourceExhausted" : #""code":413"#), "\(refusal)")
                #expect(await daemon.pull("\(registry.address)/a/full:small", in: folder) == nil)
            }
            try await daemon.stop(pid)
        }
    }

    private func usage(_ disk: String) async throws -> UInt64 {
        try await blocking { try Files.usage(of: disk + "/layers").bytes + Files.usage(of: disk + "/content").bytes }
    }
}
