import DockerAPI
import HTTPClient

/// Why a REST call gave no answer that can be used.
package enum DockerFailure: Error, Sendable, Equatable {
    /// The daemon's own answer: a status of 400 or more and its message.
    case refused(status: Int, message: String)
    /// What the old Docker client made of a 404: `container`, `image`, and the name asked for.
    case reworded(kind: String, name: String)
    case unreachable(endpoint: String)
    case timedOut
    case cancelled
    /// The connection broke, or the answer was not what the API describes.
    case malformed(String)
    /// The daemon's API level is below the least one (`DockerClient.lowestLevel`).
    case tooOld(level: String)
    /// An `error` member in the stream of a pull; the code is the registry's HTTP status, 0 when unknown.
    case pull(code: Int, message: String)
}

extension DockerFailure: CustomStringConvertible {
    /// The words of Docker's own client, which kubelets and people look for.
    package var description: String {
        switch self {
        case .refused(_, let message): "Error response from daemon: \(message)"
        case .reworded(let kind, let name): "Error: No such \(kind): \(name)"
        case .unreachable(let endpoint):
            "Cannot connect to the Docker daemon at \(endpoint). Is the docker daemon running?"
        case .timedOut: "operation timeout: context deadline exceeded"
        case .cancelled: "operation cancelled: context canceled"
        case .malformed(let detail): "docker answer: \(detail)"
        case .tooOld(let level): "the daemon's API level is too old (\(level))"
        case .pull(_, let message): message
        }
    }

    init(_ failure: HTTPFailure, endpoint: String) {
        switch failure.reason {
        case .unreachable: self = .unreachable(endpoint: endpoint)
        case .timedOut: self = .timedOut
        case .cancelled: self = .cancelled
        case .tooLarge, .broken: self = .malformed(failure.detail)
        }
    }

    init(_ failure: JSONFailure) { self = .malformed(failure.description) }
}

extension DockerFailure {
    /// The container is gone. dockershim looked for these words in the message, whatever the status.
    var saysNoSuchContainer: Bool {
        guard let found = Self.word(after: "No such container: ", in: description) else { return false }
        return !found.isEmpty
    }

    /// The image is gone: by status, because the daemon's words vary.
    var saysNoSuchImage: Bool {
        switch self {
        case .refused(let status, _): status == 404
        case .reworded(let kind, _): kind == "image"
        default: false
        }
    }

    /// Id of the container that holds the wanted name, out of
    /// `Conflict. The container name "/x" is already in use by container "<id>". …`.
    var holderOfName: String? {
        let text = description
        guard let start = text.firstRange(of: "Conflict."),
            let verb = Self.firstEnd(
                of: [" is already in use by ", " was already in use by "], in: text[start.upperBound...])
        else { return nil }
        var rest = text[verb...]
        if rest.hasPrefix("container ") { rest = rest.dropFirst("container ".count) }
        if rest.hasPrefix("\"") { rest = rest.dropFirst() }
        let id = rest.prefix { $0.isASCII && ($0.isNumber || $0.isLowercase) }
        return id.isEmpty ? nil : String(id)
    }

    private static func firstEnd(of phrases: [String], in text: Substring) -> Substring.Index? {
        phrases.compactMap { text.firstRange(of: $0)?.upperBound }.min()
    }

    private static func word(after phrase: String, in text: String) -> Substring? {
        guard let range = text.firstRange(of: phrase) else { return nil }
        return text[range.upperBound...].prefix { $0.isASCII && ($0.isNumber || $0.isLowercase) }
    }
}
