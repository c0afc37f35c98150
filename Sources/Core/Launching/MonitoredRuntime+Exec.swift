package import Faults
import FoundationEssentials
import Linux
import Logging
import NIOCore
import Synchronization

extension MonitoredRuntime {
    /// How one program started by `exec` ended, or why it never began.
    private struct ExecEnd: Sendable {
        var code: Int32
        /// The runtime's words when there was no process.
        var failure: String?
    }

    /// The files of one exec, in the bundle folder: all go when it ends.
    private struct ExecFiles: Sendable {
        let process: String
        let pid: String
        let log: String
        let console: String
        init(_ prefix: String, console: String) {
            self.console = console
            process = prefix + ".json"
            pid = prefix + ".pid"
            log = prefix + ".log"
        }
        var all: [String] { [process, pid, log, console] }
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
        // crun hands a terminal over and stays for the exit code. runc does so only for programs that it leaves alone, whose
        // exit code is then nobody's: it gets a terminal of ours to carry the bytes to its own.
        let isHandedOver = order.process.terminal && order.handler == "crun"
        if order.process.terminal { arguments += ["--tty"] }
        if isHandedOver { arguments += ["--console-socket", files.console] }
        let command = Command(runtime, arguments + [order.id], newSession: true)
        do throws(OxbowError) {
            if isHandedOver { return try await terminalExec(command, files, in: order.id) }
            if order.process.terminal { return try await relayedExec(command, files, in: order.id) }
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
            signal(9, child)
            throw error
        }
        do throws(OxbowError) {
            let pid = try await execPid(files, end)
            return process(pid, in: container, channels.streams, end) { _, _ in
                throw OxbowError(.wrongState, "exec: has no terminal")
            }
        } catch {
            signal(9, child)
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
            signal(9, child)
            throw error
        }
    }

    /// The runtime's own standard streams are a terminal, whose bytes it carries to the program's and back.
    private func relayedExec(
        _ command: Command, _ files: ExecFiles, in container: String
    ) async throws(OxbowError) -> ExecProcess {
        let (master, slave): (Int32, Int32)
        do { (master, slave) = try Descriptors.terminal() } catch {
            throw OxbowError(.ours, "exec: no terminal", origin: error)
        }
        var command = command
        for number: Int32 in 0...2 { command.descriptors[number] = slave }
        let child: Int32
        do {
            defer { Descriptors.close(slave) }
            child = try await Processes.shared.start(command)
        } catch {
            Descriptors.close(master)
            throw OxbowError(.ours, "exec: the runtime cannot be started", origin: error)
        }
        let end = watchExec(child, files)
        let (channels, resize): (StreamChannels, @Sendable (UInt16, UInt16) async throws -> Void)
        do throws(OxbowError) { (channels, resize) = try await StreamChannels.terminal(master, on: group) } catch {
            signal(9, child)
            throw error
        }
        var streams = channels.streams
        let pid: Int32
        do throws(OxbowError) { pid = try await execPid(files, end) } catch {
            signal(9, child)
            await streams.close()
            throw error
        }
        let close = streams.close
        streams.close = {
            await close()
            // A terminal that goes away hangs its program up; the runtime hands the signal on.
            if end.value == nil { self.signal(1, child) }
        }
        return process(pid, in: container, streams, end) { width, height in
            try await resize(width, height)
            if end.value == nil { self.signal(28, child) }
        }
    }

    private func process(
        _ pid: Int32, in container: String, _ streams: ProcessStreams, _ end: Latch<ExecEnd>,
        resize: @escaping @Sendable (UInt16, UInt16) async throws -> Void
    ) -> ExecProcess {
        ExecProcess(
            pid: pid, streams: streams,
            exit: { await end.wait()?.code ?? ContainerLife.unknownExit },
            kill: { await self.killTree(pid, in: container) },
            resize: resize)
    }

    /// What the program has started goes with it, also when it has ended itself.
    private func killTree(_ pid: Int32, in container: String) async {
        do {
            try await blocking {
                try ProcessTree.kill(pid) { each in
                    let cgroups = (try? Files.read("/proc/\(each)/cgroup", limit: 16 << 10)) ?? []
                    return String(decoding: cgroups, as: UTF8.self).contains(container)
                }
            }
        } catch {
            log.warning("a command was not killed", metadata: ["pid": "\(pid)", "error": "\(error)"])
        }
    }

    private func watchExec(_ child: Int32, _ files: ExecFiles) -> Latch<ExecEnd> {
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
