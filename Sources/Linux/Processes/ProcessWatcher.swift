import CLinux
import Glibc
import Synchronization

/// The thread behind `Processes`: takes requests from an inbox, spawns, reaps, kills at deadlines and resumes those who
/// wait.
///
/// The inbox has no limit of its own: each entry is a caller that waits, and the servers limit those.
final class ProcessWatcher: Sendable {
    enum Request: Sendable {
        case spawn(String, Command, CheckedContinuation<Result<Int32, SpawnFailure>, Never>)
        /// At `until` the child's process group is killed.
        case wait(Int32, until: ContinuousClock.Instant?, CheckedContinuation<Ending, Never>)
        case signal(Int32, Int32)
        /// Takes the pidfd over.
        case watch(Int32, WatchTicket, CheckedContinuation<Void, Never>)
        case unwatch(WatchTicket)
    }

    struct Ending: Sendable {
        var status: ExitStatus
        /// Killed because its time was up.
        var timedOut: Bool
    }

    /// What only the thread touches.
    private struct Household {
        struct Child {
            var descriptor: Int32
            var ending: Ending?
            var waiter: CheckedContinuation<Ending, Never>?
            var timedOut = false
            /// Its waiter was answered before it was gone.
            var givenUp = false
        }
        struct Watch {
            let ticket: WatchTicket
            let continuation: CheckedContinuation<Void, Never>
        }
        var children: [Int32: Child] = [:]
        /// pidfd → child.
        var childByDescriptor: [Int32: Int32] = [:]
        var deadlines: [Int32: ContinuousClock.Instant] = [:]
        /// pidfd → who waits for a process that is not our child.
        var watches: [Int32: Watch] = [:]
        var watchByTicket: [ObjectIdentifier: Int32] = [:]
    }

    /// How long a killed program may take to go (it may hang in the kernel) before its caller is answered all the same;
    /// it is reaped whenever it goes.
    private static let killGrace = Duration.seconds(10)

    private let inbox = Mutex<[Request]>([])
    private let poll: Int32
    private let bell: Int32

    init() {
        var (poll, bell): (Int32, Int32) = (-1, -1)
        // Without these two descriptors no program can be started: the process is of no use, and cannot have begun
        // any work yet.
        precondition(clinux_poll_set(&poll) == 0 && clinux_bell(&bell) == 0, "no descriptors left at start")
        self.poll = poll
        self.bell = bell
    }

    func begin() {
        // As above: at start, before any work.
        precondition(register(bell), "no memory left at start")
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                clinux_name_thread("processes")
                Unmanaged<ProcessWatcher>.fromOpaque(argument).takeRetainedValue().serve()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(failure == 0, "no thread left at start")
        pthread_detach(thread)
    }

    func submit(_ request: Request) {
        inbox.withLock { $0.append(request) }
        eventfd_write(bell, 1)
    }

    private func register(_ descriptor: Int32) -> Bool {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(fd: descriptor))
        return epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) == 0
    }

    private func unregister(_ descriptor: Int32) {
        epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, nil as UnsafeMutablePointer<epoll_event>?)
        close(descriptor)
    }

    private func serve() {
        var household = Household()
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while true {
            let count = epoll_wait(poll, &events, Int32(events.count), patience(household))
            // Descriptors are opened only after this loop, so that none in it can mean another process by then.
            for event in events.prefix(Int(max(0, count))) {
                if event.data.fd == bell {
                    var rings: UInt64 = 0
                    eventfd_read(bell, &rings)
                } else {
                    ended(event.data.fd, &household)
                }
            }
            let requests = inbox.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            for request in requests { carryOut(request, &household) }
            if !household.deadlines.isEmpty { expire(&household) }
        }
    }

    private func carryOut(_ request: Request, _ household: inout Household) {
        switch request {
        case .spawn(let program, let command, let continuation):
            continuation.resume(returning: spawn(program, command, &household))
        case .wait(let pid, let until, let continuation):
            guard let child = household.children[pid], child.waiter == nil else {
                // Not ours, or waited for before: the caller's mistake, answered as a process that was killed.
                continuation.resume(returning: Ending(status: .signalled(SIGKILL), timedOut: false))
                return
            }
            if let ending = child.ending {
                household.children[pid] = nil
                continuation.resume(returning: ending)
            } else {
                household.children[pid]?.waiter = continuation
                household.deadlines[pid] = until
            }
        case .signal(let pid, let signal):
            if let child = household.children[pid], child.ending == nil { kill(-pid, signal) }
        case .watch(let descriptor, let ticket, let continuation):
            guard !ticket.isWithdrawn, register(descriptor) else {
                close(descriptor)
                continuation.resume()
                return
            }
            household.watches[descriptor] = Household.Watch(ticket: ticket, continuation: continuation)
            household.watchByTicket[ObjectIdentifier(ticket)] = descriptor
        case .unwatch(let ticket):
            // Absent: it has ended already, or will be turned away when it comes.
            guard let descriptor = household.watchByTicket[ObjectIdentifier(ticket)] else { return }
            ended(descriptor, &household)
        }
    }

    private func spawn(
        _ program: String, _ command: Command, _ household: inout Household
    ) -> Result<Int32, SpawnFailure> {
        var pid: Int32 = 0
        let named = command.descriptors.sorted { $0.key < $1.key }
        let failure = withCStrings([command.program] + command.arguments) { arguments in
            withCStrings(command.environment) { environment in
                clinux_spawn(
                    program, arguments, environment, command.workingDirectory, command.newSession ? 1 : 0,
                    named.map(\.key), named.map(\.value), named.count, &pid)
            }
        }
        guard failure == 0 else {
            return .failure(SpawnFailure(program: command.program, reason: .errno(failure)))
        }
        var descriptor: Int32 = -1
        var unwatchable = clinux_pidfd_open(pid, &descriptor)
        if unwatchable == 0, !register(descriptor) {
            unwatchable = errno
            close(descriptor)
        }
        guard unwatchable == 0 else {
            kill(pid, SIGKILL)
            _ = reap(pid)
            return .failure(SpawnFailure(program: command.program, reason: .errno(unwatchable)))
        }
        household.children[pid] = Household.Child(descriptor: descriptor)
        household.childByDescriptor[descriptor] = pid
        return .success(pid)
    }

    private func ended(_ descriptor: Int32, _ household: inout Household) {
        unregister(descriptor)
        if let watch = household.watches.removeValue(forKey: descriptor) {
            household.watchByTicket[ObjectIdentifier(watch.ticket)] = nil
            watch.continuation.resume()
        }
        guard let pid = household.childByDescriptor.removeValue(forKey: descriptor),
            let child = household.children.removeValue(forKey: pid)
        else { return }
        household.deadlines[pid] = nil
        let ending = Ending(status: reap(pid), timedOut: child.timedOut)
        if let waiter = child.waiter {
            waiter.resume(returning: ending)
        } else if !child.givenUp {
            household.children[pid] = Household.Child(descriptor: -1, ending: ending)
        }
    }

    private func reap(_ pid: Int32) -> ExitStatus {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }
}

// MARK: Deadlines

extension ProcessWatcher {
    private func expire(_ household: inout Household) {
        let now = ContinuousClock.now
        for (pid, until) in household.deadlines where until <= now {
            guard let child = household.children[pid] else { continue }
            if !child.timedOut {
                // It is not reaped yet, so the number is still its own.
                kill(-pid, SIGKILL)
                household.children[pid]?.timedOut = true
                household.deadlines[pid] = now + Self.killGrace
            } else {
                household.deadlines[pid] = nil
                household.children[pid]?.waiter = nil
                household.children[pid]?.givenUp = true
                child.waiter?.resume(returning: Ending(status: .signalled(SIGKILL), timedOut: true))
            }
        }
    }

    /// Milliseconds to the next deadline, rounded up; -1: none.
    private func patience(_ household: Household) -> Int32 {
        guard let next = household.deadlines.values.min() else { return -1 }
        let left = (next - ContinuousClock.now).components
        guard left.seconds >= 0, left.attoseconds >= 0 else { return 0 }
        return Int32(min(left.seconds, 3600)) * 1000 + Int32(left.attoseconds / 1_000_000_000_000_000) + 1
    }
}

/// Names one watch, so that it can be withdrawn whether or not the thread has seen it yet.
final class WatchTicket: Sendable {
    private let flag = Atomic(false)

    /// To be set before `.unwatch` is submitted: a watch that comes after it is then turned away.
    func withdraw() { flag.store(true, ordering: .releasing) }
    var isWithdrawn: Bool { flag.load(ordering: .acquiring) }
}

/// Runs `body` with a NULL-terminated array of C strings that live as long as the call.
private func withCStrings<R>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
