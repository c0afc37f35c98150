import Core
import Faults
import Glibc
import HTTPClient
import Linux
import Logging
import NIOCore
import NIOPosix
import OCI
import Synchronization
import TestSupport
import Testing

/// Pulls and pushes against Debian's docker-registry on a loopback port.
@Suite(.enabled(if: RegistryFixture.isPossible, "needs root and docker-registry"), .timeLimit(.minutes(2)))
struct ImageRegistryTests {
    @Test("what was pushed is pulled by tag and by digest, and both names are kept")
    func pushAndPull() async throws {
        try await RegistryFixture.with { registry in
            let digest = try await BuiltinImages.push("localhost/some/busybox:7", toRegistryAt: registry.address)
            // A second push finds everything there.
            #expect(try await BuiltinImages.push("localhost/some/busybox:7", toRegistryAt: registry.address) == digest)
            let store = try await registry.emptyStore()
            let tagged = try Reference(parsing: "\(registry.address)/some/busybox:7")
            let phases = Mutex<[PullProgress.Phase]>([])
            let image = try await store.pull(tagged, credentials: nil) { progress in
                if case .layer(_, let phase, _, _) = progress { phases.withLock { $0.append(phase) } }
            }
            #expect(image.tags == [tagged])
            #expect(image.digests == [tagged.with(tag: nil, digest: digest)])
            #expect(image.config.command == ["/bin/sh"])
            let seen = phases.withLock { $0 }
            #expect(seen.first == .waiting && seen.last == .complete)
            for phase in [PullProgress.Phase.downloading, .verifying, .downloaded] { #expect(seen.contains(phase)) }
            let folder = try #require(try await store.layerFolders(of: image.id).first)
            #expect(Files.exists(folder + "/bin/sh"))

            let byDigest = try Reference(parsing: "\(registry.address)/some/busybox@\(digest)")
            phases.withLock { $0 = [] }
            let again = try await store.pull(byDigest, credentials: nil) { progress in
                if case .layer(_, let phase, _, _) = progress { phases.withLock { $0.append(phase) } }
            }
            #expect(again.id == image.id && again.tags == [tagged])
            #expect(phases.withLock { $0 } == [.exists])
            #expect(try await store.find("\(registry.address)/some/busybox@\(digest)")?.id == image.id)
        }
    }

    @Test("an image that is not there is missing; a registry that is not there is down")
    func absent() async throws {
        try await RegistryFixture.with { registry in
            let store = try await registry.emptyStore()
            let absent = try Reference(parsing: "\(registry.address)/no/such:1")
            let error = await #expect(throws: OxbowError.self) {
                try await store.pull(absent, credentials: nil) { _ in }
            }
            #expect(error?.kind == .missing)
            #expect(error?.message == "manifest for \(registry.address)/no/such:1 not found: manifest unknown")
            let down = try Reference(parsing: "127.0.0.1:1/no/such:1")
            let refused = await #expect(throws: OxbowError.self) {
                try await store.pull(down, credentials: nil) { _ in }
            }
            #expect(refused?.kind == .runtimeDown)
            #expect(refused?.message.contains("Connection refused") == true)
        }
    }

    @Test("a blob that was damaged in the registry is refused, and nothing of the image stays")
    func damaged() async throws {
        try await RegistryFixture.with { registry in
            try await BuiltinImages.push("localhost/busybox:1", toRegistryAt: registry.address)
            let layer = Digest.of(try await BuiltinImages.shell().layer)
            try await registry.damage(layer)
            let store = try await registry.emptyStore()
            let before = try await store.all()
            let name = try Reference(parsing: "\(registry.address)/busybox:1")
            let error = await #expect(throws: OxbowError.self) { try await store.pull(name, credentials: nil) { _ in } }
            #expect(error?.kind == .corrupt)
            #expect(error?.message.contains(layer.description) == true)
            #expect(try await store.all() == before)
            #expect(try Files.entries(of: registry.storeRoot + "/content/incoming").isEmpty)
        }
    }

    @Test("pulls of one reference at the same time are done once")
    func concurrent() async throws {
        try await RegistryFixture.with { registry in
            try await BuiltinImages.push("localhost/busybox:1", toRegistryAt: registry.address)
            try await Wire.with(to: registry.address) { wire in
                let store = try await registry.emptyStore()
                let name = try Reference(parsing: "\(wire.address)/busybox:1")
                try await withThrowingTaskGroup(of: Digest.self) { group in
                    for _ in 0..<8 { group.addTask { try await store.pull(name, credentials: nil) { _ in }.id } }
                    var ids: Set<Digest> = []
                    for try await id in group { ids.insert(id) }
                    #expect(ids.count == 1)
                }
                // The layer's 2 MiB went over the wire once.
                #expect(wire.carried < 4 << 20)
                #expect(wire.carried > 1 << 20)
            }
        }
    }

    @Test("a download that breaks off goes on where it was")
    func resume() async throws {
        try await RegistryFixture.with { registry in
            try await BuiltinImages.push("localhost/busybox:1", toRegistryAt: registry.address)
            let layer = try await BuiltinImages.shell().layer
            try await Wire.with(to: registry.address, cutAfter: 600_000) { wire in
                let reference = try Reference(parsing: "\(wire.address)/busybox:1")
                let client = RegistryClient(reference)
                let descriptor = Descriptor(digest: Digest.of(layer), size: UInt64(layer.readableBytes))
                let path = registry.storeRoot + "-blob"
                let most = Mutex<UInt64>(0)
                try await client.download(descriptor, to: path) { count in
                    most.withLock {
                        #expect(count > $0)
                        $0 = count
                    }
                }
                #expect(wire.cuts > 0)
                // Without going on, each try would begin anew and never get past the cut.
                #expect(UInt64(layer.readableBytes) > 600_000)
                #expect(Files.size(path) == UInt64(layer.readableBytes))
                try Files.removeFile(path)
            }
        }
    }

    @Test("a registry that asks for a password gets it, and says no without")
    func password() async throws {
        try await RegistryFixture.with(.password) { registry in
            let reference = try Reference(parsing: "\(registry.address)/a:1")
            let anonymous = await #expect(throws: OxbowError.self) {
                _ = try await RegistryClient(reference).manifest()
            }
            #expect(anonymous?.kind == .denied)
            let wrong = RegistryClient(reference, credentials: .init(username: "user", password: "wrong"))
            #expect(await #expect(throws: OxbowError.self) { _ = try await wrong.manifest() }?.kind == .denied)
            let right = RegistryClient(reference, credentials: .init(username: "user", password: "secret"))
            #expect(await #expect(throws: OxbowError.self) { _ = try await right.manifest() }?.kind == .missing)
        }
    }
}
