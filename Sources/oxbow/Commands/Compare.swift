import ArgumentParser
import Comparison
import Report
import Synchronization
import Trace

struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The main job: the same trace and the same pods on every stage, figures side by side.")

    @Option(help: "Trace to play on each (default: one pod of a real kubelet).")
    var trace: String?

    @Option(help: "How fast the trace is played: N or max.")
    var speed: ReplaySpeed = .max

    @Option(help: "Pods of the load that follows the trace.")
    var pods = 20

    @Option(help: "Pods started at a time.")
    var concurrency = 1

    @Option(help: "Also measure a CRI socket that runs already: NAME=unix:///path. May be repeated.")
    var endpoint: [EndpointDefinition] = []

    @Option(help: "Write the figures as JSON to this file.")
    var json: String?

    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
        guard pods > 0, concurrency > 0 else { throw ValidationError("--pods and --concurrency must be above 0") }
    }

    func run() async throws {
        let terminal = Terminal()
        let trace = try await TraceReader.read(try self.trace ?? Self.standardTrace())
        let work = try WorkFolder("compare")
        let line = Mutex(ProgressLine(terminal: terminal.isTerminal))
        let level = daemon.logLevel == .info ? "warning" : daemon.logLevel.rawValue
        let options = ComparisonOptions(
            stages: [.dockershim(logLevel: level), .criPlugin(logLevel: level)], endpoints: endpoint, trace: trace,
            speed: speed, pods: pods, concurrency: concurrency, workFolder: work.path)
        let result: ComparisonResult
        do {
            result = try await interruptible {
                try await Comparison.run(
                    options, images: BuiltinImageSource(), log: daemon.logger("oxbow.compare")
                ) { progress in terminal.write(line.withLock { $0.text(for: progress) }) }
            }
        } catch {
            terminal.write(line.withLock { $0.end() })
            throw error
        }
        terminal.write(line.withLock { $0.end() })
        print(ComparisonTable.text(result, terminal.style), terminator: "")
        if let json { try await writeFile(json, result.json.text + "\n") }
        guard result.stages.allSatisfy({ $0.failed == 0 }) else { throw ExitCode(1) }
    }

    /// The repository's own recording: looked for from the current folder, as the README's command is run.
    private static func standardTrace() throws -> String {
        let path = "Traces/kubelet-1.20.2/one-pod.jsonl"
        guard fileExists(path) else {
            throw ValidationError("no \(path) here; run this from the repository's top level, or name a --trace")
        }
        return path
    }
}

extension EndpointDefinition: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
