import CRI
import Linux
package import Logging
package import Trace

/// The main job: the same trace and the same load on every stage and endpoint in turn, figures side by side.
package enum Comparison {
    /// Starts nothing that it does not end, on success, failure and cancellation.
    ///
    /// - Parameters:
    ///   - images: for endpoints that lack what the trace and the load need.
    ///   - report: told of every step; called from any task.
    /// - Throws: `ComparisonFailure`, `PreparationFailure` or `CancellationError`, each with a sentence for the user.
    package static func run(
        _ options: ComparisonOptions, images: any ImageSource, log: Logger,
        report: @escaping @Sendable (ComparisonProgress) -> Void = { _ in }
    ) async throws -> ComparisonResult {
        report(ComparisonProgress(stage: "machine", step: "reading facts"))
        let machine = try await MachineFacts.read()
        let tree = try await blocking { try CgroupTree.detect() }
        let run = try ComparisonRun(options: options, images: images, tree: tree, log: log, report: report)
        let result: Result<[Measurement.Outcome], any Error>
        do {
            var outcomes: [Measurement.Outcome] = []
            for stage in options.stages { outcomes.append(try await run.measure(stage)) }
            for endpoint in options.endpoints { outcomes.append(try await run.measure(endpoint)) }
            result = .success(outcomes)
        } catch {
            result = .failure(error)
        }
        // Clearing up must happen after a cancellation too, when calls of this task would end before they begin: hence a
        // task of its own, awaited here.
        try await Task {
            try await blocking {
                _ = try CgroupSweep(tree: tree, root: run.cgroup).run()
                try Files.removeTree(options.workFolder)
            }
        }.value
        let outcomes = try result.get()
        let stages = outcomes.map(\.result)
        let verdict = Verdict(
            stages: stages, old: options.old, direct: options.direct, noise: outcomes.map(\.noise))
        return ComparisonResult(machine: machine, stages: stages, ratios: verdict.ratios, warnings: verdict.warnings)
    }
}

/// What the stages of one comparison share.
private struct ComparisonRun {
    let options: ComparisonOptions
    /// Above every cgroup of this comparison; its name is no other comparison's.
    let cgroup: String
    let images: any ImageSource
    let tree: CgroupTree
    let log: Logger
    let report: @Sendable (ComparisonProgress) -> Void

    init(
        options: ComparisonOptions, images: any ImageSource, tree: CgroupTree, log: Logger,
        report: @escaping @Sendable (ComparisonProgress) -> Void
    ) throws {
        let names = options.stages.map(\.name) + options.endpoints.map(\.name)
        guard Set(names).count == names.count else {
            throw ComparisonFailure("stages: a name is used twice (\(names.joined(separator: ", ")))")
        }
        self.options = options
        cgroup = "/oxbow-compare-\(ProcessFacts.own ?? 0)"
        self.images = images
        self.tree = tree
        self.log = log
        self.report = report
    }

    func measure(_ stage: StageDefinition) async throws -> Measurement.Outcome {
        report(ComparisonProgress(stage: stage.name, step: "starting"))
        let folder = "\(options.workFolder)/\(stage.name)"
        let processes = StageProcesses(
            stage, folder: folder, cgroup: "\(cgroup)/\(stage.name)", tree: tree, limits: options.limits, log: log)
        let placed = processes.definition
        var (outcome, written) = try await processes.around { running in
            try await measurement(running).run()
        } ended: {
            (
                tally: try document(at: placed.restTally).map { RestTally($0) },
                breakdown: try document(at: placed.startBreakdown).map { StartBreakdown($0) }
            )
        }
        for (method, row) in written.tally?.rows ?? [:] {
            outcome.result.calls[method]?.restCalls = row.calls
            outcome.result.calls[method]?.restBytes = row.bytes
        }
        outcome.result.breakdown =
            written.breakdown?.steps(
                pods: outcome.result.calls["RunPodSandbox"]?.latency.count ?? 0,
                podStart: outcome.result.podStart?.p50) ?? []
        return outcome
    }

    func measure(_ endpoint: EndpointDefinition) async throws -> Measurement.Outcome {
        try await measurement(try await RunningStage.found(endpoint, tree: tree)).run()
    }

    private func measurement(_ stage: RunningStage) -> Measurement {
        Measurement(
            stage: stage, label: "\(stage.name)\(cgroup.replacing("/oxbow-compare", with: ""))", options: options,
            images: images, tree: tree, folder: "\(options.workFolder)/\(stage.name)-work",
            podCgroup: "\(cgroup)/\(stage.name)/pods", log: log, report: report)
    }
}
