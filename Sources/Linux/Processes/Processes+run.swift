import CLinux
import Glibc

extension Processes {
    /// Runs a short program to its end.
    ///
    /// Input and output are memory files, so nothing needs reading while it runs and no pipe can fill up.
    /// - Parameter deadline: then its process group is killed.
    /// - Parameter outputLimit: bytes of each output stream; the kernel stops a program that writes more.
    /// - Parameter survivesCancellation: the program runs to its end, or its deadline, even when the caller's task is
    ///   cancelled: for programs that take back what a cancelled request began.
    package func run(
        _ command: Command, input: [UInt8] = [], deadline: Duration = .seconds(120), outputLimit: Int = 1 << 20,
        survivesCancellation: Bool = false
    ) async throws(SpawnFailure) -> CommandResult {
        var command = command
        let name = command.program
        let stdin = try MemoryFile.holding(input, for: name)
        let stdout = try MemoryFile.limited(to: outputLimit, for: name)
        let stderr = try MemoryFile.limited(to: outputLimit, for: name)
        command.descriptors.merge([0: stdin.descriptor, 1: stdout.descriptor, 2: stderr.descriptor]) { named, _ in named
        }
        let child = try await start(command)
        let until = ContinuousClock.now + deadline
        let ending = await withTaskCancellationHandler {
            await self.ending(of: child, until: until)
        } onCancel: {
            if !survivesCancellation { signal(SIGKILL, group: child) }
        }
        if ending.timedOut { throw SpawnFailure(program: name, reason: .deadline) }
        if Task.isCancelled && !survivesCancellation { throw SpawnFailure(program: name, reason: .cancelled) }
        let (output, errors) = (stdout.content(), stderr.content())
        if max(output.count, errors.count) > outputLimit { throw SpawnFailure(program: name, reason: .outputLimit) }
        return CommandResult(status: ending.status, output: output, errors: errors)
    }
}

/// A file in memory, sealed at a size, closed with its owner.
private struct MemoryFile: ~Copyable {
    let descriptor: Int32

    private init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    static func holding(_ bytes: [UInt8], for program: String) throws(SpawnFailure) -> MemoryFile {
        let file = try make(size: 0, for: program)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(file.descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw SpawnFailure(program: program, reason: .errno(errno)) }
            written += count
        }
        lseek(file.descriptor, 0, SEEK_SET)
        return file
    }

    /// The file has its full size from the start and cannot grow: `limit` bytes and room for the one write that goes
    /// past it. What was written is told by the offset that the program's descriptor shares with ours.
    static func limited(to limit: Int, for program: String) throws(SpawnFailure) -> MemoryFile {
        try make(size: limit + (1 << 20), for: program)
    }

    private static func make(size: Int, for program: String) throws(SpawnFailure) -> MemoryFile {
        var made: Int32 = -1
        let failure = clinux_memory_file(off_t(size), &made)
        guard failure == 0 else { throw SpawnFailure(program: program, reason: .errno(failure)) }
        return MemoryFile(owning: made)
    }

    func content() -> [UInt8] {
        let size = Int(max(0, lseek(descriptor, 0, SEEK_CUR)))
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let read = pread(descriptor, buffer.baseAddress?.advanced(by: count), size - count, off_t(count))
                if read <= 0 { break }
                count += read
            }
        }
    }
}
