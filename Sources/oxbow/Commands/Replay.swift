import ArgumentParser
import Linux
import Report
import Trace

struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plays a recorded kubelet against a CRI socket and tells every difference that matters.",
        discussion: "Exit status 0 when every call that succeeded in the recording succeeded here, 1 otherwise.")

    @Argument(help: "A trace file: JSON Lines, plain, gzip or zstd.")
    var trace: String

    @Option(help: "The CRI socket to play against.")
    var to: SocketAddress

    @Option(help: "1 is as recorded, N is N times as fast, max is as fast as the calls' dependencies allow.")
    var speed: ReplaySpeed = .times(1)

    @Flag(help: "First see to it that the images the trace needs are there, through a loopback registry if need be.")
    var prepare = false

    @Flag(help: "Leave the sandboxes that the replay made.")
    var keep = false

    @Option(help: "Write the report as JSON to this file.")
    var json: String?

    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        let logger = daemon.logger("oxbow.replay")
        let terminal = Terminal()
        let trace = try await TraceReader.read(self.trace)
        let work = try WorkFolder("replay")
        let session = ReplaySession(
            trace, to: to.path, options: ReplayOptions(speed: speed, workFolder: work.path + "/pods", keep: keep),
            images: prepare ? BuiltinImageSource() : nil, log: logger)
        let result: ReplayReport
        do {
            result = try await session.run { done, all in terminal.progress("\(done)/\(all) calls") }
        } catch {
            terminal.endProgress()
            try await work.remove()
            throw error
        }
        terminal.endProgress()
        if !keep { try await work.remove() }
        print(ReplayTable.text(result, terminal.style), terminator: "")
        if let json { try await writeFile(json, result.json.text + "\n") }
        guard result.exitStatus == 0 else { throw ExitCode(result.exitStatus) }
    }
}

extension ReplaySpeed: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
    public var defaultValueDescription: String {
        switch self {
        case .max: "max"
        case .times(let factor): "\(factor)"
        }
    }
}
