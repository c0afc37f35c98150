/// How a process ended.
package enum ExitStatus: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)

    /// The shell's convention: the exit code, or 128 + the signal.
    package var code: Int32 {
        switch self {
        case .exited(let code): code
        case .signalled(let signal): 128 + signal
        }
    }
}

package struct CommandResult: Sendable {
    package var status: ExitStatus
    /// At most the run's output limit.
    package var output: [UInt8]
    package var errors: [UInt8]

    package init(status: ExitStatus, output: [UInt8], errors: [UInt8]) {
        self.status = status
        self.output = output
        self.errors = errors
    }
}

package struct SpawnFailure: Error, Sendable {
    package enum Reason: Sendable, Equatable {
        case notFound
        case errno(Int32)
        /// Killed at the deadline.
        case deadline
        /// Killed for printing more than was allowed.
        case outputLimit
        case cancelled
    }
    package let program: String
    package let reason: Reason

    package init(program: String, reason: Reason) {
        self.program = program
        self.reason = reason
    }
}

extension SpawnFailure: CustomStringConvertible {
    package var description: String {
        let words =
            switch reason {
            case .notFound: "no such program"
            case .errno(let number): SystemFailure.text(of: number)
            case .deadline: "killed at the deadline"
            case .outputLimit: "killed for too much output"
            case .cancelled: "killed as the request was cancelled"
            }
        return "\(program): \(words)"
    }
}
