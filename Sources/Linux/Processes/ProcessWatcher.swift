import CLinux
import Glibc
import Synchronization

/// The thread behind `Processes`: takes requests from an inbox, spawns, reaps and resumes those who wait.
final class ProcessWatcher: Sendable {
    enum Request: Sendable {
        case spawn(String, Command, CheckedContinuation<Result<Int32, SpawnFailure>, Never>)
        case wait(Int32, CheckedContinuation<ExitStatus, Never>)
        case signal(Int32, Int32)
        /// Ticket, pidfd (closed by the watcher).
        case watch(UInt64, Int32, CheckedContinuation<Void, Never>)
        case unwatch(UInt64)
    }

    /// What only the thread touches.
    private struct Household {
        struct Child {
            var descriptor: Int32
            var status: ExitStatus?
            var waiter: CheckedContinuation<ExitStatus, Never>?
        }
        var children: [Int32: Child] = [:]
        /// pidfd → child.
        var childByDescriptor: [Int32: Int32] = [:]
        var watches: [UInt64: (descriptor: Int32, waiter: CheckedContinuation<Void, Never>)] = [:]
        /// pidfd → ticket.
        var watchByDescriptor: [Int32: UInt64] = [:]
    }

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
        register(bell)
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                clinux_name_thread("processes")
                Unmanaged<ProcessWatcher>.fromOpaque(argument).takeRetainedValue().serve()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        // As above: at start, before any work.
        precondition(failure == 0, "no thread left at start")
        pthread_detach(thread)
    }

    func submit(_ request: Request) {
        inbox.withLock { $0.append(request) }
        eventfd_write(bell, 1)
    }

    private func register(_ descriptor: Int32) {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(fd: descriptor))
        epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event)
    }

    private func serve() {
        var household = Household()
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while true {
            let count = epoll_wait(poll, &events, Int32(events.count), -1)
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
        }
    }

    private func carryOut(_ request: Request, _ household: inout Household) {
        switch request {
        case .spawn(let program, let command, let continuation):
            continuation.resume(returning: spawn(program, command, &household))
        case .wait(let pid, let continuation):
            guard let child = household.children[pid] else {
                // Not ours, or waited for before: the caller's mistake, answered as a process that was killed.
                continuation.resume(returning: .signalled(SIGKILL))
                return
            }
            if let status = child.status {
                household.children[pid] = nil
                continuation.resume(returning: status)
            } else {
                household.children[pid]?.waiter = continuation
            }
        case .signal(let pid, let signal):
            if let child = household.children[pid], child.status == nil { kill(-pid, signal) }
        case .watch(let ticket, let descriptor, let continuation):
            household.watches[ticket] = (descriptor, continuation)
            household.watchByDescriptor[descriptor] = ticket
            register(descriptor)
        case .unwatch(let ticket):
            // Not here: the process has ended meanwhile, and who waited was resumed.
            guard let watch = household.watches.removeValue(forKey: ticket) else { return }
            household.watchByDescriptor[watch.descriptor] = nil
            forget(watch.descriptor)
            watch.waiter.resume()
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
            let reason: SpawnFailure.Reason = failure == ENOENT ? .notFound : .errno(failure)
            return .failure(SpawnFailure(program: command.program, reason: reason))
        }
        var descriptor: Int32 = -1
        let noDescriptor = clinux_pidfd_open(pid, &descriptor)
        guard noDescriptor == 0 else {
            kill(pid, SIGKILL)
            var facts = siginfo_t()
            waitid(P_PID, id_t(pid), &facts, WEXITED)
            return .failure(SpawnFailure(program: command.program, reason: .errno(noDescriptor)))
        }
        household.children[pid] = Household.Child(descriptor: descriptor)
        household.childByDescriptor[descriptor] = pid
        register(descriptor)
        return .success(pid)
    }

    private func forget(_ descriptor: Int32) {
        epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, nil as UnsafeMutablePointer<epoll_event>?)
        close(descriptor)
    }

    private func ended(_ descriptor: Int32, _ household: inout Household) {
        forget(descriptor)
        if let ticket = household.watchByDescriptor.removeValue(forKey: descriptor) {
            household.watches.removeValue(forKey: ticket)?.waiter.resume()
        }
        guard let pid = household.childByDescriptor.removeValue(forKey: descriptor) else { return }
        let status = reap(pid)
        if let waiter = household.children[pid]?.waiter {
            household.children[pid] = nil
            waiter.resume(returning: status)
        } else {
            household.children[pid]?.status = status
        }
    }

    private func reap(_ pid: Int32) -> ExitStatus {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }
}

/// Runs `body` with a NULL-terminated array of C strings that live as long as the call.
private func withCStrings<R>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
