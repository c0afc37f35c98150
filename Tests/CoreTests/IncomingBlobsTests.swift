import Linux
import NIOCore
import OCI
import TestSupport
import Testing

@testable import Core

@Suite struct IncomingBlobsTests {
    private func digest(_ number: Int) -> Digest { Digest.of(ByteBuffer(string: "\(number)")) }

    private func sweep(
        _ parts: Range<Int>, laterBy later: Duration, except busy: Set<Digest> = []
    ) async throws -> [String] {
        try await TemporaryFolder.with("incoming") { folder in
            let folders = ImageFolders(root: folder.path)
            let digests = parts.map(digest)
            return try await blocking {
                try Files.makeFolders(folders.incoming + "/no-blob")
                for digest in digests { try Files.write(folders.incoming(digest), [1]) }
                let now = Timestamp.now().nanoseconds + later.components.seconds * 1_000_000_000
                try IncomingBlobs(folders: folders).sweep(now: now, except: busy)
                return try Files.entries(of: folders.incoming)
            }
        }
    }

    @Test("a fresh part stays for the next pull; what is no blob goes")
    func fresh() async throws {
        #expect(try await sweep(0..<3, laterBy: .zero).sorted() == (0..<3).map { digest($0).hex }.sorted())
    }

    @Test("a part that nobody goes on with for a day goes, unless a pull is at it")
    func old() async throws {
        let later = IncomingBlobs.lifetime + .seconds(60)
        #expect(try await sweep(0..<3, laterBy: later, except: [digest(1)]) == [digest(1).hex])
    }

    @Test("parts have a limit")
    func many() async throws {
        #expect(try await sweep(0..<IncomingBlobs.limit + 5, laterBy: .zero).count == IncomingBlobs.limit)
    }
}

@Suite struct ContainerUsageTests {
    @Test("a count is used for ten seconds")
    func lifetime() {
        var usage = ContainerUsage()
        let now = ContinuousClock.now
        #expect(usage.fresh(at: now)?.usedBytes == nil)
        usage.keep(FilesystemFigures(usedBytes: 5), from: now)
        #expect(usage.fresh(at: now + .seconds(9))?.usedBytes == 5)
        #expect(usage.fresh(at: now + ContainerUsage.lifetime)?.usedBytes == nil)
    }
}
