import CRI
import GRPC
import Linux
import Logging
import Trace

/// Takes the figures of one running stage or endpoint: plays the trace, then the load, and reads the accounts around them.
struct Measurement: Sendable {
    let stage: RunningStage
    /// Distinguishes this measurement's pods from anybody else's.
    let label: String
    let options: ComparisonOptions
    let images: any ImageSource
    let tree: CgroupTree
    let folder: String
    /// Above the cgroups of every pod of this measurement.
    let podCgroup: String
    let log: Logger
    let report: @Sendable (ComparisonProgress) -> Void

    struct Outcome: Sendable {
        var result: StageResult
        var noise: NoiseSample
    }

    func run() async throws -> Outcome {
        let client = GRPCClient(path: stage.criSocket)
        let outcome: Result<Outcome, any Error>
        do {
            // On the connection's own loop, so that a latency is the stage's and not that of waking our threads.
            outcome = .success(
                try await withTaskExecutorPreference(client.preferredExecutor) { try await measured(client) })
        } catch let status as GRPCStatus {
            outcome = .failure(ComparisonFailure("\(stage.name): \(status.message) (code \(status.code.rawValue))"))
        } catch {
            outcome = .failure(error)
        }
        await client.close()
        return try outcome.get()
    }

    private func tell(_ step: String, _ count: (done: Int, all: Int)? = nil) {
        report(ComparisonProgress(stage: stage.name, step: step, count: count))
    }

    private func measured(_ client: GRPCClient) async throws -> Outcome {
        tell("waiting for the CRI")
        let endpoint = try await endpoint(client)
        tell("preparing images")
        let preparation = ReplayPreparation(
            options.trace, endpoint: endpoint, images: images, folder: folder + "/registry", log: log)
        return try await preparation.around { ids in try await loaded(endpoint, images: ids) }
    }

    /// A daemon may bind its socket a little before it answers.
    private func endpoint(_ client: GRPCClient) async throws -> CRIEndpoint {
        let deadline = ContinuousClock.now + options.limits.readiness
        while true {
            do throws(GRPCStatus) {
                return try await CRIEndpoint.find(
                    client, address: "unix://" + stage.criSocket, preferred: options.trace.header.api)
            } catch {
                guard error.code == .unavailable, ContinuousClock.now < deadline else { throw error }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func loaded(_ endpoint: CRIEndpoint, images ids: [String: String]) async throws -> Outcome {
        var result = StageResult(name: stage.name)
        tell("at rest")
        let spin = try await blocking { SpinLoop.measure() }
        try await Task.sleep(for: options.limits.rest)
        let account = try await blocking { ProcessAccount(daemons: stage.daemons, cgroup: stage.cgroup, tree: tree) }
        let (start, machine) = try await blocking { (account.read(), try MachineCPU.read()) }
        let own = try await ownCPU()
        result.idle = start.memory
        result.method = account.method

        let replayed = try await replay(endpoint, ids)
        result.failed = replayed.report.failed

        let load = PodLoad(
            endpoint: endpoint, label: label, image: options.loadImage, folder: folder + "/pods",
            limits: options.limits, cgroup: podCgroup)
        let (figures, peak) = try await run(load, account)
        let (end, machineEnd) = try await blocking { (account.read(), try MachineCPU.read()) }

        result.failed += figures.failures.count
        for failure in figures.failures {
            log.warning("load call failed", metadata: ["stage": "\(stage.name)", "failure": "\(failure)"])
        }
        result.podStart = LatencySummary(figures.starts)
        result.halves = figures.halves
        result.cpu = StageResult.CPU(from: start, peak: peak, to: end)
        result.memory = peak.memory
        let latencies = replayed.latencies.merging(figures.calls) { $0 + $1 }
        result.calls = latencies.compactMapValues { LatencySummary($0) }.mapValues { .init(latency: $0) }

        let ours = try await ownCPU() - own + result.cpu.total
        let shares = machine.flatMap { first in machineEnd.map { $0.shares(since: first, ours: ours) } }
        let noise = NoiseSample(
            label: "during \(stage.name)", spins: [spin, try await blocking { SpinLoop.measure() }],
            steal: shares?.steal ?? 0, foreign: shares?.foreign ?? 0)
        return Outcome(result: result, noise: noise)
    }

    private func ownCPU() async throws -> Double {
        try await blocking { ProcessFacts.own.flatMap { ProcessFacts.read($0) }?.ownCPU ?? 0 }
    }

    private func replay(_ endpoint: CRIEndpoint, _ ids: [String: String]) async throws -> Replayer.Outcome {
        let scenario = options.trace.header.scenario
        tell("playing \(scenario)")
        var replayer = try await Replayer(
            options.trace, endpoint: endpoint,
            options: ReplayOptions(speed: options.speed, workFolder: folder + "/replay", cgroupPrefix: podCgroup),
            images: ids, log: log)
        return try await replayer.play { done, all in tell("playing \(scenario)", (done, all)) }
    }

    private func run(_ load: PodLoad, _ account: ProcessAccount) async throws -> (LoadFigures, ProcessAccount.Reading) {
        let numbers = Array(1...max(1, options.pods))
        try await blocking {
            for number in numbers { try Files.makeFolders(load.logFolder(number) + "/main") }
        }
        var figures = LoadFigures()
        var pods: [PodLoad.Pod] = []
        var peak: Result<ProcessAccount.Reading, any Error>
        do {
            pods = try await inTurn(numbers, step: "starting pods") { try await load.start($0) }
            tell("\(pods.count) pods at rest")
            try await Task.sleep(for: options.limits.rest)
            peak = .success(try await blocking { account.read() })
        } catch {
            peak = .failure(error)
        }
        for pod in pods { figures.add(pod) }
        do {
            for pod in try await inTurn(pods, step: "removing pods", { try await load.end($0) }) { figures.add(pod) }
        } catch {
            peak = .failure(error)
        }
        // Pods must go after a cancellation too, when calls of this task would end before they begin: hence a task of
        // its own, awaited here. There are none left when all went well.
        let left = await Task {
            await SandboxRemoval(load.endpoint).remove {
                $0.string(at: "metadata", "uid")?.hasPrefix(load.uidPrefix) ?? false
            }
        }.value
        for failure in left.failures {
            log.warning("pod left behind", metadata: ["stage": "\(stage.name)", "failure": "\(failure)"])
        }
        return (figures, try peak.get())
    }

    /// Runs `body` for each member, so many at a time as the options say, and returns the results in the order of the
    /// members.
    private func inTurn<Item: Sendable, R: Sendable>(
        _ items: [Item], step: String, _ body: @escaping @Sendable (Item) async throws -> R
    ) async throws -> [R] {
        try await withThrowingTaskGroup(of: (Int, R).self) { group in
            var results: [Int: R] = [:]
            var next = 0
            while results.count < items.count {
                while next < items.count, next - results.count < max(1, options.concurrency) {
                    let index = next
                    let item = items[index]
                    group.addTask { (index, try await body(item)) }
                    next += 1
                }
                guard let (index, result) = try await group.next() else { break }
                results[index] = result
                tell(step, (results.count, items.count))
            }
            return results.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
