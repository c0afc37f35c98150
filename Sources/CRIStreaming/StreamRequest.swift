package import Faults

/// What a token stands for: a checked request of the CRI that waits for its client.
package enum StreamRequest: Sendable, Equatable {
    case exec(ExecStreamRequest)
    case attach(AttachStreamRequest)
    case portForward(PortForwardStreamRequest)

    /// First segment of the URL's path.
    var route: String {
        switch self {
        case .exec: "exec"
        case .attach: "attach"
        case .portForward: "portforward"
        }
    }
}

/// The streams that a client is to open.
package struct StreamSelection: Sendable, Equatable {
    package var stdin: Bool
    package var stdout: Bool
    package var stderr: Bool
    package var terminal: Bool

    /// - Throws: `.badRequest` for a terminal with standard error, which it cannot tell from its output, and for no stream.
    package init(stdin: Bool, stdout: Bool, stderr: Bool, terminal: Bool) throws(OxbowError) {
        guard !(terminal && stderr) else {
            throw OxbowError(.badRequest, "tty and stderr cannot both be true")
        }
        guard stdin || stdout || stderr else {
            throw OxbowError(.badRequest, "one of stdin, stdout, or stderr must be set")
        }
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.terminal = terminal
    }
}

package struct ExecStreamRequest: Sendable, Equatable {
    package var container: String
    package var command: [String]
    package var streams: StreamSelection
    package init(container: String, command: [String], streams: StreamSelection) {
        self.container = container
        self.command = command
        self.streams = streams
    }
}

package struct AttachStreamRequest: Sendable, Equatable {
    package var container: String
    package var streams: StreamSelection
    package init(container: String, streams: StreamSelection) {
        self.container = container
        self.streams = streams
    }
}

package struct PortForwardStreamRequest: Sendable, Equatable {
    package var sandbox: String
    /// For WebSocket clients, in their order; SPDY clients name a port with each stream.
    package var ports: [UInt16]

    /// - Throws: `.badRequest` for a port outside 1 … 65535.
    package init(sandbox: String, ports: [Int32]) throws(OxbowError) {
        self.sandbox = sandbox
        self.ports = try ports.map { port throws(OxbowError) in
            guard let number = UInt16(exactly: port), number > 0 else {
                throw OxbowError(.badRequest, "port: must be between 1 and 65535 (\(port))")
            }
            return number
        }
    }
}
