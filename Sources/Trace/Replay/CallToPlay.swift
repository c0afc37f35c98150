import CRI
import GRPC

/// One call, ready to be sent: everything the child task needs to know.
struct CallToPlay: Sendable {
    let index: Int
    let method: String
    let request: JSONValue
    let needs: [HostPaths.Need]
    /// For a server stream: how long to listen.
    let streams: Duration?
    let timeout: Duration
    let notBefore: ContinuousClock.Instant
    /// Ends of life to wait for, with the replay's ids.
    let awaited: [(end: ReplayPlan.EndOfLife, id: String)]
    let endpoint: CRIEndpoint
    let limits: ReplayLimits

    /// - Throws: CancellationError, and nothing else: what the endpoint says is part of the outcome.
    func play() async throws -> PlayedCall {
        let clock = ContinuousClock()
        if notBefore > clock.now { try await clock.sleep(until: notBefore) }
        var reached: [ReplayPlan.EndOfLife] = []
        for (end, id) in awaited where try await comes(end, id) { reached.append(end) }

        var played = PlayedCall(index: index, outcome: .messages([]), latency: nil, ended: clock.now, reached: reached)
        do {
            try await ReplayHost.make(needs)
            if let streams {
                played.outcome = .messages(try await endpoint.listen(method, request, for: streams))
            } else {
                let (answer, latency) = try await endpoint.timed(method, request, timeout: timeout)
                played.outcome = .answer(answer)
                played.latency = latency
            }
        } catch let status as GRPCStatus {
            played.outcome = .failure(code: status.code.rawValue, message: status.message)
        } catch let failure as ReplayHost.Failure {
            played.outcome = .failure(code: GRPCStatus.Code.internal.rawValue, message: failure.description)
        }
        try Task.checkCancellation()
        played.ended = clock.now
        return played
    }

    /// Looks until the object has come to its end.
    /// - Returns: false when it has not within the limit; the difference will show in the call's answer.
    private func comes(_ end: ReplayPlan.EndOfLife, _ id: String) async throws -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now + limits.endOfLife
        repeat {
            try Task.checkCancellation()
            do throws(GRPCStatus) {
                if try await hasEnded(end, id) { return true }
            } catch  where error.code == .notFound {
                // Gone altogether: as much of an end as there can be.
                return true
            } catch {
                // The call itself will meet the same trouble, and its failure is what gets reported.
                return false
            }
            try await clock.sleep(for: limits.poll)
        } while clock.now < deadline
        return false
    }

    private func hasEnded(_ end: ReplayPlan.EndOfLife, _ id: String) async throws(GRPCStatus) -> Bool {
        switch end.kind {
        case .container:
            let answer = try await endpoint.call(
                "RuntimeService/ContainerStatus", ["container_id": .string(id)], timeout: limits.endOfLife)
            return answer.string(at: "status", "state") == "CONTAINER_EXITED"
        case .sandbox:
            let answer = try await endpoint.call(
                "RuntimeService/PodSandboxStatus", ["pod_sandbox_id": .string(id)], timeout: limits.endOfLife)
            return answer.string(at: "status", "state") == "SANDBOX_NOTREADY"
        }
    }
}

/// A call that has been played.
struct PlayedCall: Sendable {
    let index: Int
    var outcome: TraceCall.Outcome
    /// nil for a stream, which is as long as its client listens, and for a call that failed.
    var latency: Duration?
    var ended: ContinuousClock.Instant
    /// Ends of life seen on the way.
    let reached: [ReplayPlan.EndOfLife]
}
