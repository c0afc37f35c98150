package import Faults
import Synchronization

/// All containers in memory, and who has which name.
package final class ContainerTable: Sendable {
    package struct Row: Sendable {
        package var stored: StoredRecord
        /// Set with the record when the current run has ended, or with the last one at removal; a new one for each restart.
        package var exit = Latch<ContainerRecord>()
        /// Counts starts, so that work for an earlier run does not touch a later one.
        package var run: UInt64 = 0

        package var life: ContainerLife { ContainerLife(stored.phase) }
        package var record: ContainerRecord { stored.record }
        package init(stored: StoredRecord) { self.stored = stored }
    }
    private struct State {
        var rows: [String: Row] = [:]
        var names: [String: String] = [:]
        /// Ids, oldest first.
        var order: [String] = []
    }
    private let state = Mutex(State())
    package let boot: String

    package init(boot: String) { self.boot = boot }

    package func row(_ id: String) -> Row? { state.withLock { $0.rows[id] } }
    package func require(_ id: String) throws(OxbowError) -> Row {
        guard let row = row(id) else { throw Self.missing(id) }
        return row
    }
    package static func missing(_ id: String) -> OxbowError {
        OxbowError(.missing, "container: no such container (\(id))")
    }

    /// Oldest first.
    package var records: [ContainerRecord] {
        state.withLock { state in state.order.compactMap { state.rows[$0]?.record } }
    }
    /// Oldest first.
    package var briefs: [ContainerBrief] {
        state.withLock { state in state.order.compactMap { id in state.rows[id].map { ContainerBrief($0.record) } } }
    }
    package var rows: [Row] { state.withLock { Array($0.rows.values) } }

    /// Takes a name for an id; "" is nobody's.
    package func reserve(_ name: String, for id: String) throws(OxbowError) {
        guard !name.isEmpty else { return }
        let holder = state.withLock { state -> String? in
            if let holder = state.names[name], holder != id { return holder }
            state.names[name] = id
            return nil
        }
        if let holder { throw OxbowError(.taken, "name: in use by container \(holder) (\(name))") }
    }
    package func release(_ name: String, of id: String) {
        state.withLock { state in if state.names[name] == id { state.names[name] = nil } }
    }

    package func insert(_ stored: StoredRecord) {
        state.withLock { state in
            let id = stored.record.id
            if state.rows.updateValue(Row(stored: stored), forKey: id) == nil {
                // A new container is the youngest, but for a recovery or a clock that was set back.
                let created = stored.record.createdAt
                let older = state.order.lastIndex { other in
                    state.rows[other].map { ($0.record.createdAt, other) < (created, id) } ?? true
                }
                state.order.insert(id, at: older.map { $0 + 1 } ?? 0)
            }
            if !stored.record.spec.name.isEmpty { state.names[stored.record.spec.name] = stored.record.id }
        }
    }

    package func remove(_ id: String) {
        state.withLock { state in
            guard let row = state.rows.removeValue(forKey: id) else { return }
            state.order.removeAll { $0 == id }
            let name = row.record.spec.name
            if state.names[name] == id { state.names[name] = nil }
            row.exit.set(row.record)
        }
    }

    /// Changes a row and gives it a new revision.
    /// - Returns: the changed row and what `body` returned; nil when there is no such row.
    package func change<T: Sendable>(_ id: String, _ body: (inout Row) -> T) -> (row: Row, value: T)? {
        state.withLock { state in
            guard var row = state.rows[id] else { return nil }
            let value = body(&row)
            row.stored.revision += 1
            row.stored.boot = boot
            if let shown = row.life.state { row.stored.record.state = shown }
            state.rows[id] = row
            return (row, value)
        }
    }

    /// Feeds an event to a row's life; `then` changes the rest of the row when the event was taken.
    package func take(
        _ id: String, _ event: ContainerLife.Event, then: (inout Row) -> Void = { _ in }
    ) throws(OxbowError) -> (row: Row, step: ContainerLife.Step) {
        let changed = change(id) { row -> ContainerLife.Step in
            var life = row.life
            let step = life.take(event)
            row.stored.phase = life.phase
            switch step {
            case .launch, .announce, .takeAway: then(&row)
            case .stopFirst, .nothing, .refuse: break
            }
            return step
        }
        guard let changed else { throw Self.missing(id) }
        if case .refuse(let kind, let message) = changed.value { throw OxbowError(kind, "\(message) (\(id))") }
        return (changed.row, changed.value)
    }
}
