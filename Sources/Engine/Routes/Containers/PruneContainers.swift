import Core
import DockerAPI
import Faults
import HTTPServer
import Linux

extension Engine {
    /// `POST /containers/prune`: removes what does not run.
    @Sendable func pruneContainers(_ call: Call) async throws -> ServerResponse {
        let filters = try call.filters(allowing: ["until", "label", "label!"])
        let until = try filters["until"].first.map { text throws(OxbowError) -> Int64 in
            guard let time = DockerTime.parse(text) else {
                throw OxbowError(.badRequest, "invalid filter 'until=\(text)'")
            }
            return time.nanoseconds
        }
        let (wanted, unwanted) = (LabelFilter(filters["label"]), filters["label!"].map { LabelFilter([$0]) })
        var answer = PruneResponse()
        for record in await core.containers() where record.state != .running {
            let labels = documents.document(of: record).config.labels ?? [:]
            guard wanted.admits(labels), !unwanted.contains(where: { $0.admits(labels) }),
                until.map({ record.createdAt < $0 }) ?? true, !restarts.isPending(record.id)
            else { continue }
            let size = try await sizes(of: record).writable
            do { try await remove(record, force: false) } catch let error as OxbowError where error.kind == .wrongState
            {
                // Started or being removed by somebody else since the list was made: not for us to remove.
                continue
            }
            answer.containersDeleted = (answer.containersDeleted ?? []) + [record.id]
            answer.spaceReclaimed += UInt64(clamping: size)
        }
        return try Answer.json(answer)
    }
}
