import DockerAPI

extension DockerClient {
    /// - Parameter filters: key → values; several values of `label` must all hold.
    func containers(
        all: Bool, sized: Bool = false, filters wanted: [String: [String]]
    ) async throws(DockerFailure) -> [ContainerSummary] {
        var query: [DockerRequest.Pair] = []
        if all { query.append(.init("all", "1")) }
        if let pair = try await filters(wanted) { query.append(pair) }
        query.append(.init("limit", "0"))
        if sized { query.append(.init("size", "1")) }
        let answer = try await call("GET", "/containers/json", query: query)
        do throws(JSONFailure) { return try ContainerSummary.essentials(in: answer.body) } catch {
            throw DockerFailure(error)
        }
    }

    /// - Parameter sized: makes the daemon walk the writable layer.
    func inspect(_ id: String, sized: Bool = false) async throws(DockerFailure) -> ContainerInspect {
        do throws(DockerFailure) {
            let query = sized ? [DockerRequest.Pair("size", "1")] : []
            return try decode(ContainerInspect.self, await call("GET", "/containers/\(id)/json", query: query))
        } catch {
            throw reworded(error, kind: "container", name: id)
        }
    }

    func create(_ name: String, _ body: ContainerCreateRequest) async throws(DockerFailure) -> String {
        let answer = try await call(
            "POST", "/containers/create", query: [.init("name", name)], body: encode(body))
        return try decode(ContainerCreateResponse.self, answer).id
    }

    /// Already running is a success.
    func start(_ id: String) async throws(DockerFailure) {
        _ = try await call("POST", "/containers/\(id)/start")
    }

    /// Already stopped is a success.
    /// - Parameter grace: seconds until SIGKILL; negative: never. The call may last as long as the longer one of the
    ///   grace and the ordinary limit, not their sum.
    func stop(_ id: String, grace: Int64) async throws(DockerFailure) {
        _ = try await call(
            "POST", "/containers/\(id)/stop", query: [.init("t", "\(grace)")],
            timeout: max(Self.requestTimeout, .seconds(grace)))
    }

    /// Kills a running container, and takes its anonymous volumes with it.
    func removeByForce(_ id: String) async throws(DockerFailure) {
        try await remove(id, query: [.init("force", "1"), .init("v", "1")])
    }

    /// - Throws: `.refused` with 409 for a running container.
    func removeIfStopped(_ id: String) async throws(DockerFailure) {
        try await remove(id, query: [.init("v", "1")])
    }

    private func remove(_ id: String, query: [DockerRequest.Pair]) async throws(DockerFailure) {
        do throws(DockerFailure) {
            _ = try await call("DELETE", "/containers/\(id)", query: query)
        } catch {
            throw reworded(error, kind: "container", name: id)
        }
    }

    func update(_ id: String, _ body: UpdateRequest) async throws(DockerFailure) {
        _ = try await call("POST", "/containers/\(id)/update", body: encode(body))
    }

    /// - Parameter oneShot: one sample; else the daemon waits for two, a second or two. Known from API 1.41.
    func stats(_ id: String, oneShot: Bool) async throws(DockerFailure) -> StatsResponse {
        var query: [DockerRequest.Pair] = []
        if try await level() >= .v1_41, oneShot { query.append(.init("one-shot", "1")) }
        query.append(.init("stream", "0"))
        return try decode(StatsResponse.self, await call("GET", "/containers/\(id)/stats", query: query, timeout: nil))
    }

    /// Docker's old client spoke for the daemon when something was not found.
    func reworded(_ failure: DockerFailure, kind: String, name: String) -> DockerFailure {
        guard era.rewordsMissingObjects, case .refused(404, _) = failure else { return failure }
        return .reworded(kind: kind, name: name)
    }
}
