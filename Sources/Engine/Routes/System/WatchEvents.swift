import DockerAPI
import Faults
import HTTPServer
import Linux
import NIOHTTP1

extension Engine {
    /// `GET /events`: the past since `since`, then what happens, until `until`.
    @Sendable func watchEvents(_ call: Call) async throws -> ServerResponse {
        let since = try Self.bound(call, "since")
        let until = try Self.bound(call, "until")
        if let since, let until, until < since {
            throw OxbowError(
                .badRequest,
                "`since` time (\(since.nanoseconds / 1_000_000_000)) cannot be after `until` time "
                    + "(\(until.nanoseconds / 1_000_000_000))")
        }
        let filter: EventFilter
        do { filter = EventFilter(filters: try Filters(parsing: call.text("filters") ?? "")) } catch {
            throw OxbowError(.badRequest, "invalid filter", origin: error)
        }
        let (past, future) = events.listen()
        return .stream(status: .ok, headers: ["Content-Type": Answer.jsonType]) { writer in
            func show(_ event: EventMessage) async throws {
                if filter.admits(event) { try await writer.write(Answer.line(event, end: "\n")) }
            }
            if since != nil || until != nil {
                for event in past where since.map({ $0.nanoseconds <= event.timeNano }) ?? true {
                    guard until.map({ event.timeNano <= $0.nanoseconds }) ?? true else { continue }
                    try await show(event)
                }
            }
            guard let until else {
                for await event in future { try await show(event) }
                return
            }
            let left = until.nanoseconds - now
            guard left > 0 else { return }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for await event in future { try await show(event) } }
                group.addTask { try await Task.sleep(for: .nanoseconds(left)) }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    private static func bound(_ call: Call, _ name: String) throws(OxbowError) -> Timestamp? {
        guard let text = call.text(name), !text.isEmpty else { return nil }
        guard let time = DockerTime.parse(text) else {
            throw OxbowError(.badRequest, "invalid value for \"\(name)\": \(text)")
        }
        return time
    }
}
