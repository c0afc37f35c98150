package import Faults
import Linux

extension MonitoredRuntime {
    /// How long a monitor may take to open its log anew: it does so between two reads of output.
    static let reopenDeadline = Duration.seconds(5)
    /// The longest pause between two looks whether it has.
    private static let longestPause = Duration.milliseconds(20)

    /// conmon 2.1.6 makes `PATH.tmp` and renames it to `PATH`. So what is called `PATH` would be lost, which may be the very
    /// log; and when it cannot make that file it ends, which kills the container. Both are looked at before it is asked.
    package func reopenLog(_ id: String, monitor: Int32, path: String) async throws(OxbowError) {
        let before: FileIdentity?
        do {
            before = try await blocking { () throws -> FileIdentity? in
                let named = FileIdentity(at: path)
                if let named, named.isOpen(in: monitor) { throw StillInUse() }
                // Left for the monitor, which empties it.
                try Files.write(path + ".tmp", [], mode: 0o640)
                return named
            }
        } catch is StillInUse {
            return
        } catch {
            throw OxbowError(
                .wrongState, "log: no new file can be made (\((error as? SystemFailure)?.reason ?? "\(error)"))",
                origin: error)
        }
        try await control(id, "2 0 0\n")
        let opened = await Deadline.run(Self.reopenDeadline) { () async throws(OxbowError) in
            var pause = Duration.milliseconds(1)
            while true {
                let now = (try? await blocking { FileIdentity(at: path) }) ?? nil
                if let now, now != before { return }
                guard let facts = ProcessFacts.read(monitor), facts.state != UInt8(ascii: "Z") else {
                    throw OxbowError(.wrongState, "container: ended before its log was opened anew (\(id))")
                }
                guard (try? await Task.sleep(for: pause)) != nil else { return }
                pause = min(pause * 2, Self.longestPause)
            }
        }
        guard case .failure(let error) = opened, error.kind == .tooLate else { return try opened.get() }
        throw OxbowError(.tooLate, "log: the monitor did not open it anew within \(Self.reopenDeadline) (\(id))")
    }

    /// The name still leads to the file that the monitor writes to.
    private struct StillInUse: Error {}
}
