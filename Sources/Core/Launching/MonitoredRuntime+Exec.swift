package import Faults
import FoundationEssentials
import Linux
import Logging
import NIOCore
import Synchronization

extension MonitoredRuntime {
    /// How one program started by `exec` ended, or why it never began.
    struct ExecEnd: Sendable {
        var code: Int32
        /// The runtime's words when there was no process.
        var failure: String?
    }

    /// The files of one exec, in the bundle folder: all go when it ends.
    struct ExecFiles: Sendable {
        let process: String
        let pid: String
        let log: String
        let console: String
        /// Of a monitor.
        let folder: String
        init(_ prefix: String, console: String) {
            self.console = console
            folder = prefix
            process = prefix + ".json"
            pid = prefix + ".pid"
            log = prefix + ".log"
        }
        var all: [String] { [process, pid, log, console, folder] }
    }

    /// The runtime's command line is our child for as long as the program runs: its exit code is the program's.
    package func exec(_ order: ExecOrder) async throws(OxbowError) -> ExecProcess {
        let runtime = try program(order.handler)
        let number = execNumber.withLock { number in
            number += 1
            return number
        }
        let files = ExecFiles(
            folders.bundle(order.id) + "/exec-\(number)", console: folders.consoles + "/\(number)")
        do {
            let document = [UInt8](try JSONEncoder().encode(order.process))
            try await blocking { try Files.write(files.process, document, mode: 0o600) }
        } catch {
            throw OxbowError(.ours, "exec: its document cannot be written", origin: error)
        }
        var arguments = [
            "--root=" + folders.runtime(order.handler), "--log=" + files.log, "--log-format=json", "exec",
            "--process", files.process, "--pid-file", files.pid,
        ]
        if order.process.terminal { arguments += ["--tty", "--console-socket", files.console] }
        let command = Command(runtime, arguments + [order.id], newSession: true)
        do throws(OxbowError) {
            if order.process.terminal {
                // crun hands a terminal over and stays for the exit code. runc does so only for programs that it leaves
                // alone, which then need a monitor to be reaped by.
                return order.handler == "crun"
                    ? try await terminalExec(command, files, in: order.id)
                    : try await monitoredExec(order, runtime, files)
            }
            return try await pipedExec(command, order.input, files, in: order.id)
        } catch {
            await forget(files)
            throw error
        }
    }

    private func pipedExec(
        _ command: Command, _ wantsInput: Bool, _ files: ExecFiles, in container: String
    ) async throws(OxbowError) -> ExecProcess {
        var ours: [Int32] = []
        var theirs: [Int32] = []
        var command = command
        do {
            for number: Int32 in [1, 2] + (wantsInput ? [0] : []) {
                let pipe = try Descriptors.pipe()
                ours.append(number == 0 ? pipe.write : pipe.read)
                theirs.append(number == 0 ? pipe.read : pipe.write)
                command.descriptors[number] = theirs.last
            }
        } catch {
            for descriptor in ours + theirs { Descriptors.close(descriptor) }
            throw OxbowError(.ours, "exec: no pipe", origin: error)
        }
        let child: Int32
        do { child = try await Processes.shared.start(command) } catch {
            for descriptor in ours + theirs { Descriptors.close(descriptor) }
            throw OxbowError(.ours, "exec: the runtime cannot be started", origin: error)
        }
        for descriptor in theirs { Descriptors.close(descriptor) }
        let end = watchExec(child, files)
        let channels: StreamChannels
        do throws(OxbowError) {
            channels = try await StreamChannels.pipes(
                input: wantsInput ? ours[2] : nil, output: ours[0], errors: ours[1], on: group)
        } catch {
            await undo(child, in: container)
            throw error
        }
        do throws(OxbowError) {
            let pid = try await execPid(files, end)
            return process(pid, in: container, channels.streams, end) { _, _ in
                throw OxbowError(.wrongState, "exec: has no terminal")
            }
        } catch {
            await undo(child, in: container)
            await channels.streams.close()
            throw error
        }
    }

    private func terminalExec(
        _ command: Command, _ files: ExecFiles, in container: String
    ) async throws(OxbowError) -> ExecProcess {
        let listener: Int32
        do { listener = try await blocking { try ConsoleSocket.listen(at: files.console) } } catch {
            throw OxbowError(.ours, "exec: no console socket", origin: error)
        }
        defer { Descriptors.close(listener) }
        let child: Int32
        do { child = try await Processes.shared.start(command) } catch {
            throw OxbowError(.ours, "exec: the runtime cannot be started", origin: error)
        }
        let end = watchExec(child, files)
        do throws(OxbowError) {
            let master = try await console(listener, end)
            let terminal = try await StreamChannels.terminal(master, on: group)
            do throws(OxbowError) {
                let pid = try await execPid(files, end)
                return process(pid, in: container, terminal.0.streams, end, resize: terminal.resize)
            } catch {
                await terminal.0.streams.close()
                throw error
            }
        } catch {
            await undo(child, in: container)
            throw error
        }
    }

    func process(
        _ pid: Int32, in container: String, _ streams: ProcessStreams, _ end: Latch<ExecEnd>,
        resize: @escaping @Sendable (UInt16, UInt16) async throws -> Void
    ) -> ExecProcess {
        // Remembered: what the program leaves behind can be told by it when the program is gone.
        let session = ProcessFacts.read(pid)?.session
        return ExecProcess(
            pid: pid, streams: streams,
            exit: { await end.wait()?.code ?? ContainerLife.unknownExit },
            kill: { await self.killTree(of: pid, session: session, in: container) },
            resize: resize)
    }

    /// Takes back a start: the program may run already, though nobody was told so.
    func undo(_ child: Int32, in container: String) async {
        await killTree(of: child, session: nil, in: container)
        signal(9, child)
    }

    /// What the program has started goes with it, also when it has ended itself. Nothing outside the container's cgroup is
    /// touched.
    private func killTree(of root: Int32, session: Int32?, in container: String) async {
        do {
            try await blocking {
                try ProcessTree.kill(root, session: session) { each in
                    let cgroups = (try? Files.read("/proc/\(each)/cgroup", limit: 16 << 10)) ?? []
                    return String(decoding: cgroups, as: UTF8.self).contains(container)
                }
            }
        } catch {
            log.warning("a command was not killed", metadata: ["pid": "\(root)", "error": "\(error)"])
        }
    }

    func watchExec(_ child: Int32, _ files: ExecFiles) -> Latch<ExecEnd> {
        let end = Latch<ExecEnd>()
        watchers.add {
            let status = await withTaskCancellationHandler {
                await Processes.shared.wait(for: child)
            } onCancel: {
                // The daemon ends, and with it the only reader of the program's output.
                Processes.shared.signal(9, group: child)
            }
            // Without a pid file there was no process, and what the runtime logged says why.
            let failure = try? await blocking { () -> String? in
                if Files.exists(files.pid) { return nil }
                let log = (try? Files.read(files.log, limit: 64 << 10)) ?? []
                return RuntimeLog.message(log) ?? ""
            }
            end.set(ExecEnd(code: status.code, failure: failure ?? nil))
            await self.forget(files)
        }
        return end
    }

    /// Waits until the runtime has written the program's pid. There is no event for that which both runtimes give (one
    /// writes the file in place, the other renames it), so the file is looked for, first after 1 ms.
    private func execPid(_ files: ExecFiles, _ end: Latch<ExecEnd>) async throws(OxbowError) -> Int32 {
        let begin = ContinuousClock.now
        var pause = Duration.milliseconds(1)
        while begin.duration(to: .now) < Self.commandDeadline {
            let ended = end.value
            let text = (try? await blocking { try Files.read(files.pid, limit: 32) }) ?? []
            if let pid = Int32(String(decoding: text, as: UTF8.self).filter(\.isNumber)) { return pid }
            if let ended {
                // The files go when the program ends: without a failure it was there and was quick.
                guard let failure = ended.failure else { return 0 }
                throw RuntimeWords.failure(of: "exec", failure)
            }
            do { try await Task.sleep(for: pause) } catch { throw OxbowError(.cancelled, "exec: cancelled") }
            pause = min(pause * 2, .milliseconds(16))
        }
        throw OxbowError(.tooLate, "exec: the runtime did not answer in \(Self.commandDeadline)")
    }

    private func console(_ listener: Int32, _ end: Latch<ExecEnd>) async throws(OxbowError) -> Int32 {
        let begin = ContinuousClock.now
        while begin.duration(to: .now) < Self.commandDeadline, !Task.isCancelled {
            let ended = end.value
            do {
                let master = try await blocking { try ConsoleSocket.receive(on: listener, milliseconds: 50) }
                if let master { return master }
            } catch {
                throw OxbowError(.ours, "exec: no terminal", origin: error)
            }
            if let ended { throw RuntimeWords.failure(of: "exec", ended.failure ?? "no terminal was given") }
        }
        throw OxbowError(.tooLate, "exec: no terminal in \(Self.commandDeadline)")
    }

    private func forget(_ files: ExecFiles) async {
        // What cannot be removed goes with the bundle folder.
        try? await blocking { for file in files.all { try? Files.removeTree(file) } }
    }
}

/// A runtime's log in JSON: one object a line.
package enum RuntimeLog {
    private struct Line: Decodable {
        var msg: String?
        var level: String?
    }
    /// The last error's words.
    package static func message(_ log: [UInt8]) -> String? {
        log.split(separator: UInt8(ascii: "\n")).reversed().lazy
            .compactMap { try? JSONDecoder().decode(Line.self, from: Data($0)) }
            .first { $0.level == "error" || $0.level == "fatal" }?.msg
    }
}
