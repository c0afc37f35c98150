import Core
import Faults
import Glibc
import Linux
import Logging
import OCI
import TestSupport
import Testing

/// Pulls onto a file system of 8 MiB.
@Suite(.enabled(if: getuid() == 0, "needs root"), .timeLimit(.minutes(1))) struct ImageDiskFullTests {
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

    private func usage(_ disk: String) async throws -> UInt64 {
        try await blocking { try Files.usage(of: disk + "/layers").bytes + Files.usage(of: disk + "/content").bytes }
    }
}
