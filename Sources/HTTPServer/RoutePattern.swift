/// One pattern of a router, cut into segments.
struct RoutePattern: Sendable, Equatable {
    private enum Segment: Equatable {
        case literal(String)
        case one(String)
        case many(String)
    }
    private let segments: [Segment]

    init(_ text: String) {
        segments = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { part in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return .literal(String(part)) }
            let name = part.dropFirst().dropLast()
            return name.hasSuffix(":.*") ? .many(String(name.dropLast(3))) : .one(String(name))
        }
    }

    /// - Returns: nil for a path that does not begin with `/` or has a broken escape.
    static func segments(of path: String) -> [String]? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let text = Percent.decode(part) else { return nil }
            segments.append(text)
        }
        return segments
    }

    /// - Returns: the parameters; nil when the path is another.
    func match(_ path: [String]) -> [String: String]? {
        var parameters: [String: String] = [:]
        var next = path.startIndex
        for (index, segment) in segments.enumerated() {
            guard next < path.endIndex else { return nil }
            switch segment {
            case .literal(let text):
                guard path[next] == text else { return nil }
                next += 1
            case .one(let name):
                guard !path[next].isEmpty else { return nil }
                parameters[name] = path[next]
                next += 1
            case .many(let name):
                // As many as leave one for each segment of the pattern that follows.
                let end = path.endIndex - (segments.count - index - 1)
                guard end > next else { return nil }
                let text = path[next..<end].joined(separator: "/")
                guard !text.isEmpty else { return nil }
                parameters[name] = text
                next = end
            }
        }
        return next == path.endIndex ? parameters : nil
    }
}
