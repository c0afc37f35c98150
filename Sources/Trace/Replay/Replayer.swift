import CRI
import GRPC
package import Logging

/// Plays a trace against a CRI socket.
///
/// One task holds the schedule, the identities and the report; each call is a child that is handed everything it needs
/// and comes back with its answer, so nothing is shared.
package struct Replayer: Sendable {
    private let plan: ReplayPlan
    private let endpoint: CRIEndpoint
    private let options: ReplayOptions
    private let log: Logger
    private let host: ReplayHost
    private var identities: Identities

    /// - Parameter images: recorded image id → the endpoint's, as far as the preparation learnt them.
    package init(
        _ trace: Trace, endpoint: CRIEndpoint, options: ReplayOptions, images: [String: String] = [:], log: Logger
    ) async throws {
        plan = ReplayPlan(trace)
        self.endpoint = endpoint
        self.options = options
        self.log = log
        host = try await ReplayHost(trace, workFolder: options.workFolder, cgroupPrefix: options.cgroupPrefix)
        identities = Identities()
        for (recorded, replayed) in images { identities.bindImage(recorded, to: replayed) }
    }

    /// Plays every call, then takes away what the trace left behind, unless the options say otherwise.
    ///
    /// Cancellation ends the calls and still clears up.
    /// - Parameter progress: calls ended, calls in all.
    package mutating func run(progress: @Sendable (Int, Int) -> Void = { _, _ in }) async throws -> ReplayReport {
        try await play(progress: progress).report
    }

    package struct Outcome: Sendable {
        package var report: ReplayReport
        /// `RunPodSandbox` → how long each of its calls took that succeeded.
        package var latencies: [String: [Duration]] = [:]
    }

    /// As `run`, with every latency.
    package mutating func play(progress: @Sendable (Int, Int) -> Void) async throws -> Outcome {
        var outcome = Outcome(
            report: ReplayReport(scenario: plan.header.scenario, endpoint: endpoint.address, api: endpoint.api))
        let clock = ContinuousClock()
        let begun = clock.now
        do {
            try await play(into: &outcome, begun: begun, progress: progress)
        } catch {
            if !options.keep { _ = await clearUp() }
            throw error
        }
        outcome.report.wallTime = clock.now - begun
        if !options.keep { outcome.report.cleared = await clearUp() }
        return outcome
    }

    private mutating func play(
        into outcome: inout Outcome, begun: ContinuousClock.Instant, progress: @Sendable (Int, Int) -> Void
    ) async throws {
        var schedule = plan.schedule
        var ends: [Int: ContinuousClock.Instant] = [:]
        var reached: Set<ReplayPlan.EndOfLife> = []
        try await withThrowingTaskGroup(of: PlayedCall.self) { group in
            var startable = schedule.startable()
            while true {
                for index in startable {
                    let call = prepared(index, begun: begun, ends: ends, reached: reached)
                    group.addTask { try await call.play() }
                }
                guard let played = try await group.next() else { break }
                ends[played.index] = played.ended
                reached.formUnion(played.reached)
                if let latency = played.latency {
                    outcome.latencies[plan.steps[played.index].call.name, default: []].append(latency)
                }
                judge(played, into: &outcome.report)
                schedule.end(played.index)
                progress(outcome.report.calls, plan.steps.count)
                startable = schedule.startable()
            }
        }
        outcome.report.differences.sort { $0.sequence < $1.sequence }
        outcome.report.latency = outcome.latencies.compactMapValues { LatencySummary($0) }
    }

    /// Learns from one call's answer and says what is different about it.
    private mutating func judge(_ played: PlayedCall, into report: inout ReplayReport) {
        let step = plan.steps[played.index]
        report.calls += 1
        if case .answer(let new) = played.outcome, let old = step.call.answer {
            identities.learn(from: step.call.name, recorded: old, replayed: new)
        }
        if step.call.succeeded, case .failure(let code, let message) = played.outcome {
            report.failed += 1
            log.warning(
                "call failed that succeeded in the recording",
                metadata: [
                    "seq": "\(step.call.sequence)", "method": "\(step.call.name)", "code": "\(code)",
                    "message": "\(message)",
                ])
        }
        report.differences += AnswerComparison.differences(
            step, replayed: played.outcome, plan: plan, identities: identities)
    }

    private func prepared(
        _ index: Int, begun: ContinuousClock.Instant, ends: [Int: ContinuousClock.Instant],
        reached: Set<ReplayPlan.EndOfLife>
    ) -> CallToPlay {
        let step = plan.steps[index]
        var notBefore = begun
        if case .times(let factor) = options.speed {
            let first = plan.steps.first?.call.start ?? 0
            notBefore = begun + .microseconds(Int64(Double(step.call.start - first) / factor))
        }
        if let settling = step.settling, let started = ends[settling.start] {
            notBefore = max(notBefore, started + min(settling.gap, options.limits.settling))
        }
        let moved = host.moved(identities.substituted(in: step.call.request))
        return CallToPlay(
            index: index, method: step.call.method, request: moved.request, needs: moved.needs,
            streams: step.call.streams, timeout: step.call.timeout ?? options.limits.call, notBefore: notBefore,
            awaited: step.awaited.filter { !reached.contains($0) }.compactMap { end in
                identities[end.id].map { (end, $0) }
            },
            endpoint: endpoint, limits: options.limits)
    }

    private func clearUp() async -> ReplayReport.ClearingUp {
        let made = Set(identities.sandboxes.values)
        let endpoint = endpoint
        let host = host
        // Clearing up must happen after a cancellation too, when calls of this task would end before they begin: hence
        // a task of its own, awaited here.
        return await Task {
            var cleared = await SandboxRemoval(endpoint).remove { made.contains($0.string(at: "id") ?? "") }
            cleared.failures += await host.remove()
            return cleared
        }.value
    }
}

extension TraceCall {
    /// The recording holds a stream of messages in place of one answer; its length of time, at least.
    var streams: Duration? {
        if case .messages = outcome { .microseconds(duration) } else { nil }
    }
}
