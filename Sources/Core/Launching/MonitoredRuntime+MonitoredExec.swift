import Faults
import Linux
import NIOCore
import Synchronization

/// A terminal for a program in a running container under runc, which gives one only to programs that it does not wait for:
/// a conmon of the program's own takes the terminal and the exit code.
///
/// conmon 2.1.6 with `--exec --exec-attach`: it waits for a byte, opens its attach socket, says so, waits for another byte,
/// and runs the program. With `--sync` it stays our child, and its exit code is the program's.
extension MonitoredRuntime {
    private static let startDescriptor: Int32 = 4
    private static let readyDescriptor: Int32 = 5

    func monitoredExec(
        _ order: ExecOrder, _ runtime: String, _ files: ExecFiles
    ) async throws(OxbowError) -> ExecProcess {
        let (report, start, ready): (Pipe, Pipe, Pipe)
        do {
            try await blocking { try Files.makeFolders(files.folder) }
            report = try Pipe()
            start = try Pipe()
            ready = try Pipe()
        } catch {
            throw OxbowError(.ours, "exec: no pipes", origin: error)
        }
        let command = Command(
            conmon,
            [
                "--sync", "--api-version", "1", "-c", order.id, "-u", "\(order.id)-exec", "-n", order.id, "-r", runtime,
                "-b",
                files.folder, "-p", files.pid, "--full-attach", "--no-sync-log", "--log-level", "error",
                "--runtime-arg",
                "--root=" + folders.runtime(order.handler), "-l", "off", "-t", "-i", "--exec", "--exec-attach",
                "--exec-process-spec", files.process,
            ],
            environment: [
                Command.path, "_OCI_SYNCPIPE=\(MonitorCommand.reportDescriptor)",
                "_OCI_STARTPIPE=\(Self.startDescriptor)", "_OCI_ATTACHPIPE=\(Self.readyDescriptor)",
            ], newSession: true,
            descriptors: [
                MonitorCommand.reportDescriptor: report.write, Self.startDescriptor: start.read,
                Self.readyDescriptor: ready.write,
            ])
        let child: Int32
        do { child = try await Processes.shared.start(command) } catch {
            throw OxbowError(.ours, "exec: its monitor cannot be started", origin: error)
        }
        for pipe in [report, ready] { pipe.closeWriting() }
        let end = watchExec(child, files)
        do throws(OxbowError) {
            return try await attach(order.id, files, report, start, ready, end)
        } catch {
            await undo(child, in: order.id)
            throw error
        }
    }

    private func attach(
        _ container: String, _ files: ExecFiles, _ report: Pipe, _ start: Pipe, _ ready: Pipe, _ end: Latch<ExecEnd>
    ) async throws(OxbowError) -> ExecProcess {
        try goOn(start)
        _ = try await self.report(ready.takeReading())
        let folder = files.folder
        let descriptor: Int32
        do {
            descriptor = try await blocking { try UnixSockets.connect(folder: folder, name: "attach", .packets) }
        } catch {
            throw OxbowError(.ours, "exec: its monitor does not answer", origin: error)
        }
        let attached = try await StreamChannels.packets(descriptor, input: true, on: group).streams
        let pid: Int32
        do throws(OxbowError) {
            try goOn(start)
            let reports = try await StreamChannels.reading(report.takeReading(), on: group).streams
            // The monitor tells the exit code there too, and ends with another when nobody listens.
            watchers.add {
                _ = await end.wait()
                await reports.close()
            }
            pid = try MonitorReport.pid(from: await line(from: reports).get(), verb: "exec")
        } catch {
            await attached.close()
            throw error
        }
        var streams = attached
        // The end of a terminal's input is a character.
        streams.closeInput = { try? await attached.write(ByteBuffer(bytes: [4])) }
        streams.close = {
            await attached.close()
            // A terminal that goes away hangs its program up.
            if end.value == nil { self.signal(1, pid) }
        }
        return process(pid, in: container, streams, end) { width, height in
            try await self.tell(folder + "/ctl", "1 \(height) \(width)\n", of: container)
        }
    }

    private func goOn(_ start: Pipe) throws(OxbowError) {
        do { try Descriptors.write([0], to: start.write) } catch {
            throw OxbowError(.ours, "exec: its monitor has ended", origin: error)
        }
    }
}

/// A pipe whose ends close with it, unless they were closed or taken before.
private final class Pipe: Sendable {
    let read: Int32
    let write: Int32
    private let open = Mutex((read: true, write: true))

    init() throws(SystemFailure) { (read, write) = try Descriptors.pipe() }

    deinit {
        closeWriting()
        if open.withLock({ $0.read }) { Descriptors.close(read) }
    }

    func closeWriting() {
        let isMine = open.withLock { open in
            defer { open.write = false }
            return open.write
        }
        if isMine { Descriptors.close(write) }
    }

    /// The reading end, from now on the caller's.
    func takeReading() -> Int32 {
        open.withLock { $0.read = false }
        return read
    }
}
