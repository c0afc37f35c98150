import CLinux
import Glibc
import Synchronization

/// Starts programs and learns of their end.
///
/// One lasting thread spawns and watches, with a pidfd for each process in one epoll set; nothing else in the process
/// may wait for children. It lasts as long as the daemon, so that what depends on the spawning thread stays true.
package final class Processes: Sendable {
    package static let shared = Processes()

    private let watcher: ProcessWatcher

    private init() {
        watcher = ProcessWatcher()
        watcher.begin()
    }

    /// Starts a program and returns its pid at once. The caller must await `wait(for:)` exactly once, which reaps it.
    package func start(_ command: Command) async throws(SpawnFailure) -> Int32 {
        guard let program = Command.find(command.program) else {
            throw SpawnFailure(program: command.program, reason: .notFound)
        }
        guard !command.holdsZeroByte else { throw SpawnFailure(program: command.program, reason: .errno(EINVAL)) }
        let result: Result<Int32, SpawnFailure> = await withCheckedContinuation { continuation in
            watcher.submit(.spawn(program, command, continuation))
        }
        return try result.get()
    }

    package func wait(for child: Int32) async -> ExitStatus { await ending(of: child, until: nil).status }

    /// As `wait(for:)`, with the child's process group killed at `until`.
    func ending(of child: Int32, until: ContinuousClock.Instant?) async -> ProcessWatcher.Ending {
        await withCheckedContinuation { watcher.submit(.wait(child, until: until, $0)) }
    }

    /// Sends a signal to a child's process group; nothing happens once it has been reaped.
    package func signal(_ signal: Int32, group child: Int32) {
        watcher.submit(.signal(child, signal))
    }

    /// Waits until a process that need not be our child is gone; returns at once when it already is, or when the
    /// process with this pid did not start at `startTime` (clock ticks since boot, field 22 of /proc/PID/stat). It
    /// returns at once, too, when the caller's task is cancelled.
    package func end(of pid: Int32, startTime: UInt64) async {
        var descriptor: Int32 = -1
        guard clinux_pidfd_open(pid, &descriptor) == 0 else { return }
        // The pidfd now names one process for good; check that it is the one meant.
        guard ProcessFacts.read(pid)?.startTime == startTime else {
            close(descriptor)
            return
        }
        let (ticket, watched) = (WatchTicket(), descriptor)
        await withTaskCancellationHandler {
            await withCheckedContinuation { watcher.submit(.watch(watched, ticket, $0)) }
        } onCancel: {
            ticket.withdraw()
            watcher.submit(.unwatch(ticket))
        }
    }
}
