import FoundationEssentials
import NIOCore

/// How a command or an attachment ended, as its client is told.
enum CommandEnd: Equatable, Sendable {
    case success
    /// - Parameter words: of the runtime, on that code.
    case exitCode(Int32, words: String)
    /// It could not be run, or was lost.
    case failure(String)

    /// What goes into the error stream; nil: nothing.
    func message(for version: CommandVersion) -> ByteBuffer? {
        guard version.tellsStatus else { return text.map { ByteBuffer(string: $0) } }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(status) else {
            // Strings and numbers can always be encoded; should that change, the client gets the words.
            return text.map { ByteBuffer(string: $0) }
        }
        return ByteBuffer(bytes: bytes)
    }

    private var text: String? {
        switch self {
        case .success: nil
        case .exitCode(_, let words): "command terminated with non-zero exit code: \(words)"
        case .failure(let message): "Internal error occurred: \(message)"
        }
    }

    private var status: Status {
        switch self {
        case .success: Status(status: "Success")
        case .exitCode(let code, _):
            Status(
                status: "Failure", message: text, reason: "NonZeroExitCode",
                details: .init(causes: [.init(reason: "ExitCode", message: "\(code)")]))
        case .failure(let message):
            Status(
                status: "Failure", message: text, reason: "InternalError",
                details: .init(causes: [.init(reason: nil, message: message)]), code: 500)
        }
    }
}

/// Kubernetes' `Status`, as far as clients read it.
private struct Status: Encodable {
    struct Metadata: Encodable {}
    struct Cause: Encodable {
        var reason: String?
        var message: String
    }
    struct Details: Encodable { var causes: [Cause] }

    var metadata = Metadata()
    var status: String
    var message: String?
    var reason: String?
    var details: Details?
    var code: Int?
}
