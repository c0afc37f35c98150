/// Go's `path.Match`: `*` and `?` stop at slashes, `[a-z]` and `[^a-z]` are sets, `\` takes the next character as it is.
struct PathPattern {
    private enum Token: Equatable {
        case any, one, exactly(UInt8)
        case set([ClosedRange<UInt8>], isNegated: Bool)
    }
    private let tokens: [Token]

    /// A pattern that is cut off in a set or after a backslash matches nothing.
    init(_ text: String) {
        var tokens: [Token] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"): if tokens.last != .any { tokens.append(.any) }
            case UInt8(ascii: "?"): tokens.append(.one)
            case UInt8(ascii: "\\"): tokens.append(rest.popFirst().map { .exactly($0) } ?? .set([], isNegated: false))
            case UInt8(ascii: "["): tokens.append(Self.set(&rest))
            default: tokens.append(.exactly(byte))
            }
        }
        self.tokens = tokens
    }

    private static func set(_ rest: inout ArraySlice<UInt8>) -> Token {
        let isNegated = rest.first == UInt8(ascii: "^")
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<UInt8>] = []
        while let first = rest.popFirst(), first != UInt8(ascii: "]") || ranges.isEmpty {
            guard rest.first == UInt8(ascii: "-"), let last = rest.dropFirst().first, last != UInt8(ascii: "]") else {
                ranges.append(first...first)
                continue
            }
            rest.removeFirst(2)
            if first <= last { ranges.append(first...last) }
        }
        return .set(ranges, isNegated: isNegated)
    }

    func matches(_ text: String) -> Bool { matches(Array(text.utf8)) }

    /// Goes back to the last star only: each star takes as little as it must, so time is bounded by the product of the
    /// two lengths.
    private func matches(_ text: [UInt8]) -> Bool {
        var (at, token) = (0, 0)
        var star: (token: Int, at: Int)?
        while at < text.count {
            if token < tokens.count {
                if tokens[token] == .any {
                    star = (token, at)
                    token += 1
                    continue
                }
                if accepts(tokens[token], text[at]) {
                    (at, token) = (at + 1, token + 1)
                    continue
                }
            }
            guard let last = star, text[last.at] != UInt8(ascii: "/") else { return false }
            star = (last.token, last.at + 1)
            (at, token) = (last.at + 1, last.token + 1)
        }
        return tokens[token...].allSatisfy { $0 == .any }
    }

    private func accepts(_ token: Token, _ byte: UInt8) -> Bool {
        switch token {
        case .any: false
        case .one: byte != UInt8(ascii: "/")
        case .exactly(let wanted): byte == wanted
        case .set(let ranges, let isNegated):
            byte != UInt8(ascii: "/") && ranges.contains { $0.contains(byte) } != isNegated
        }
    }
}
