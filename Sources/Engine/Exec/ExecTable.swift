import Core
import Faults
import Synchronization

/// All execs of the engine's containers. An ended one stays to be asked for its exit code until its container goes or
/// there are too many.
final class ExecTable: Sendable {
    /// Execs kept; when one more is made, the one that ended first is forgotten.
    static let limit = 4096

    private struct Row {
        var session: ExecSession
        /// Set when the program runs; nil in it when it could not be run.
        let process = Latch<ExecProcess?>()
        let exit = Latch<Int32>()
    }
    private let rows = Mutex<[String: Row]>([:])

    /// - Throws: `.tooLarge` when the table is full of execs that have not ended.
    func add(_ session: ExecSession) throws(OxbowError) {
        let added = rows.withLock { rows -> Bool in
            if rows.count >= Self.limit {
                let ended = rows.values.filter(\.session.isEnded).min { $0.session.endedAt < $1.session.endedAt }
                guard let ended else { return false }
                rows[ended.session.id] = nil
            }
            rows[session.id] = Row(session: session)
            return true
        }
        guard added else { throw OxbowError(.tooLarge, "exec: \(Self.limit) are running") }
    }

    func session(_ id: String) -> ExecSession? { rows.withLock { $0[id]?.session } }

    func startRequested(_ id: String) -> ExecSession.Step? {
        rows.withLock { $0[id]?.session.startRequested() }
    }

    func started(_ id: String, _ process: ExecProcess) {
        let latch = rows.withLock { rows in
            rows[id]?.session.started(pid: process.pid)
            return rows[id]?.process
        }
        latch?.set(process)
    }

    func ended(_ id: String, code: Int32, at time: Int64) {
        let row = rows.withLock { rows in
            rows[id]?.session.ended(code: code, at: time)
            return rows[id]
        }
        row?.process.set(nil)
        row?.exit.set(code)
    }

    /// The running program, once there is one; nil when it could not be run, is gone, or the waiting task was cancelled.
    func process(_ id: String) async -> ExecProcess? {
        guard let latch = rows.withLock({ $0[id]?.process }) else { return nil }
        return await latch.wait() ?? nil
    }

    func exit(_ id: String) async -> Int32? {
        guard let latch = rows.withLock({ $0[id]?.exit }) else { return nil }
        return await latch.wait()
    }

    /// Ids of execs of a container that have not ended.
    func open(in containerID: String) -> [String] {
        rows.withLock { rows in
            rows.values.filter { $0.session.containerID == containerID && !$0.session.isEnded }.map(\.session.id)
        }
    }

    /// Forgets a removed container's execs.
    func forget(container id: String) {
        rows.withLock { rows in rows = rows.filter { $0.value.session.containerID != id } }
    }
}
