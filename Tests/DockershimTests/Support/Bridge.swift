import CNI
import CRI
import CRIServer
import Faults
import FoundationEssentials
import Logging
import Synchronization
import Testing

@testable import Dockershim

/// A bridge over a scripted daemon, with a folder of its own and a clock that stands still.
struct Bridge {
    let shim: Dockershim
    let daemon: ScriptedDaemon
    let network: FakeNetwork
    let root: String
    let clock: StandingClock
    let killed = Killed()

    final class Killed: Sendable {
        private let list = Mutex<[Int]>([])
        var pids: [Int] { list.withLock { $0 } }
        func add(_ pid: Int) { list.withLock { $0.append(pid) } }
    }

    init(
        _ era: Era, network: FakeNetwork = FakeNetwork(), clock: StandingClock = StandingClock(),
        _ daemon: ScriptedDaemon
    ) {
        root = FileManager.default.temporaryDirectory.path + "/oxbow-shim-tests/" + UUID().uuidString
        self.daemon = daemon
        self.network = network
        self.clock = clock
        shim = Dockershim(
            Dockershim.Configuration(root: root, pauseImage: "localhost/pause:1", era: era), transport: daemon,
            network: SandboxNetwork(plugins: network, readAddresses: { pid in ["10.2.0.\(pid)", "fd00::\(pid)"] }),
            clock: clock.value, log: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            killCommand: { [killed] pid, _ in killed.add(pid) })
    }

    /// Removes the bridge's folder.
    func cleanUp() { try? FileManager.default.removeItem(atPath: root) }
}

/// Moves only when told; sleeping takes no time, or lasts until the task is cancelled.
final class StandingClock: Sendable {
    private let time = Mutex(Duration.seconds(1000))
    private let sleepers: Bool

    /// - Parameter sleepsForever: a sleep ends by cancellation only; else it moves the clock and returns.
    init(sleepsForever: Bool = true) { sleepers = sleepsForever }

    func move(by duration: Duration) { time.withLock { $0 += duration } }

    var now: Duration { time.withLock { $0 } }

    var value: BridgeClock {
        BridgeClock(
            elapsed: { self.now }, wall: { 1_795_494_000_000_000_000 },
            sleep: { duration in
                if self.sleepers {
                    await Waiting.untilCancelled()
                    throw CancellationError()
                }
                self.move(by: duration)
            })
    }
}

extension CallContext {
    static func test(_ method: String, _ api: CRI.APIVersion = .v1) -> CallContext {
        CallContext(api: api, method: method)
    }
}
