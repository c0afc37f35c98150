import CNI
package import Core
import Glibc
import Linux
package import Logging
package import OCI
import Synchronization

/// A real core in folders of its own, with the built-in shell image, a bridge of its own and a parent
/// cgroup of its own. Everything is gone afterwards, whatever the test did.
package final class CoreFixture: Sendable {
    package let folder: TemporaryFolder
    package let number: UInt8
    package let image: Digest
    private let current: Mutex<LocalCore>

    package var core: LocalCore { current.withLock { $0 } }
    package var cgroupParent: String { "/oxbow-core-\(number)" }
    package var networkName: String { "oxbow-core-\(number)" }
    package var bridge: String { "oxct\(number)" }
    /// Where addresses in use are noted.
    package var leases: String { folder.appending("leases/\(networkName)") }

    private init(folder: TemporaryFolder, number: UInt8, image: Digest, core: LocalCore) {
        self.folder = folder
        self.number = number
        self.image = image
        current = Mutex(core)
    }

    /// The core has no built-in shell image on this machine.
    private struct NoImage: Error {}

    /// Opens a core, runs it, runs `body`, and takes everything away.
    /// - Parameter runs: false: `body` calls `running` itself, as tests of restarts do.
    package static func with(
        _ name: String, runs: Bool = true, logger: Logger = quiet(),
        _ body: @escaping @Sendable (CoreFixture) async throws -> Void
    ) async throws {
        let number = SubnetNumbers.next()
        try await TemporaryFolder.with(name) { folder in
            let core = try await LocalCore.open(configuration(folder, number, logger))
            guard let image = try await core.image("busybox") else { throw NoImage() }
            let fixture = CoreFixture(folder: folder, number: number, image: image.id, core: core)
            let outcome: Result<Void, any Error>
            if runs {
                outcome = try await fixture.runningToTheEnd(body)
            } else {
                outcome = await Result.of { try await body(fixture) }
                try await fixture.reopen()
                _ = try await fixture.runningToTheEnd { _ in }
            }
            await fixture.removeBridge()
            try outcome.get()
        }
    }

    /// Runs `body` while the core's exits are waited for.
    package func running(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let core = core
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await core.run()
                return false
            }
            group.addTask {
                try await body()
                return true
            }
            while let done = try await group.next(), !done {}
            group.cancelAll()
        }
    }

    /// Runs `body`, then takes the containers away while their exits are still waited for.
    private func runningToTheEnd(
        _ body: @escaping @Sendable (CoreFixture) async throws -> Void
    ) async throws -> Result<Void, any Error> {
        let outcome = Latch<Result<Void, any Error>>()
        try await running {
            outcome.set(await Result.of { try await body(self) })
            for record in await self.core.containers() { try await self.core.remove(record.id, force: true) }
        }
        return outcome.value ?? .success(())
    }

    /// Opens a second core over the same folders, as a restarted daemon does; the first must not run any more.
    package func reopen() async throws {
        let core = try await LocalCore.open(Self.configuration(folder, number, Self.quiet()))
        current.withLock { $0 = core }
    }

    package static func quiet() -> Logger {
        var logger = Logger(label: "core-test") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = getenv("OXBOW_TEST_LOG") == nil ? .critical : .debug
        return logger
    }

    package static func configuration(
        _ folder: TemporaryFolder, _ number: UInt8, _ logger: Logger
    ) -> CoreConfiguration {
        let network = PluginNetwork(
            PluginNetwork.Configuration(
                configurationFolder: folder.appending("net.d"), cacheFolder: folder.appending("cni"),
                fallback: PluginNetwork.ownBridge(
                    name: "oxbow-core-\(number)", bridge: "oxct\(number)", subnet: "10.93.\(number).0/24"
                )
                // A machine with many of these at once shall not keep rules for each of them.
                .replacing(#""ipMasq": true"#, with: #""ipMasq": false"#)
                .replacing(
                    #""type": "host-local","#,
                    with: #""type": "host-local", "dataDir": "\#(folder.appending("leases"))","#)))
        return CoreConfiguration(
            root: folder.appending("root"), runFolder: folder.appending("run"), network: network,
            cgroupParent: "/oxbow-core-\(number)", logger: logger)
    }

    private func removeBridge() async {
        // There is none when no container had a network.
        _ = try? await Processes.shared.run(Command("ip", ["link", "delete", bridge]))
    }

    // MARK: Asking

    /// A container that runs a shell script.
    package func shell(_ script: String, name: String = "") -> ContainerSpec {
        spec(["/bin/sh", "-c", script], name: name)
    }

    package func spec(_ arguments: [String], name: String = "") -> ContainerSpec {
        ContainerSpec(name: name, image: image, imageName: "busybox", process: ProcessSpec(arguments: arguments))
    }

    /// Creates, starts and waits.
    package func run(_ spec: ContainerSpec) async throws -> ContainerRecord {
        let record = try await core.create(spec)
        try await core.start(record.id) {}
        return try await core.exit(of: record.id)
    }

    /// The text that a container has written, taken from its log: lines of `time stream tag text`.
    package func output(_ record: ContainerRecord) async throws -> String {
        try await blocking {
            String(decoding: try Files.read(record.logPath), as: UTF8.self).split(separator: "\n").map { line in
                let fields = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
                return String(fields.count > 3 ? fields[3] : "") + (fields.count > 2 && fields[2] == "F" ? "\n" : "")
            }.joined()
        }
    }

    /// Runs a container to its end and gives what it wrote.
    package func output(ofRunning spec: ContainerSpec) async throws -> String {
        let record = try await run(spec)
        return try await output(record)
    }

    /// Everything on this machine that still bears the mark of the fixture.
    package func leftovers() async throws -> [String] {
        let (folder, leases, parent) = (folder, leases, cgroupParent)
        return try await blocking {
            var left = try Mounts.points(beneath: folder.path)
            for place in [
                "root/containers", "run/c", "run/netns", "run/exits", "run/runtime/crun", "run/runtime/runc", "cni",
            ] {
                let path = folder.appending(place)
                guard Files.exists(path) else { continue }
                left += try Files.entries(of: path).filter { !$0.hasPrefix(".") }.map { path + "/" + $0 }
            }
            if Files.exists(leases) {
                left += try Files.entries(of: leases).filter { $0.hasPrefix("10.") }.map { leases + "/" + $0 }
            }
            for root in Set(try CgroupTree.detect().roots.values) where Files.exists(root + parent) {
                left.append(root + parent)
            }
            for facts in ProcessFacts.all() where facts.command == "conmon" {
                if ProcessFacts.commandLine(of: facts.pid).contains(where: { $0.hasPrefix(folder.path) }) {
                    left.append("conmon \(facts.pid)")
                }
            }
            return left
        }
    }
}

extension Result where Success == Void, Failure == any Error {
    fileprivate static func of(_ body: () async throws -> Void) async -> Result {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
