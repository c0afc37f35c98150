package import CRI

/// One call of a client, with its answer.
package struct TraceCall: Sendable, Equatable {
    package var sequence: Int
    /// Microseconds since the recording began.
    package var start: Int
    /// Microseconds until the trailers came back.
    package var duration: Int
    package var connection: Int
    /// `RuntimeService/RunPodSandbox`.
    package var method: String
    /// The client's `grpc-timeout`.
    package var timeout: Duration?
    package var request: JSONValue
    package var outcome: Outcome

    package enum Outcome: Sendable, Equatable {
        case answer(JSONValue)
        /// The code as gRPC numbers it.
        case failure(code: Int, message: String)
        /// A server stream's messages, in order.
        case messages([StreamedMessage])
    }

    package struct StreamedMessage: Sendable, Equatable {
        package var at: Int
        package var message: JSONValue
        package init(at: Int, message: JSONValue) {
            self.at = at
            self.message = message
        }
    }

    package init(
        sequence: Int, start: Int, duration: Int, connection: Int = 1, method: String, timeout: Duration? = nil,
        request: JSONValue, outcome: Outcome
    ) {
        self.sequence = sequence
        self.start = start
        self.duration = duration
        self.connection = connection
        self.method = method
        self.timeout = timeout
        self.request = request
        self.outcome = outcome
    }

    package var end: Int { start + duration }

    /// `RunPodSandbox`.
    package var name: String { String(method.split(separator: "/").last ?? "") }

    /// The answer of a call that succeeded with one.
    package var answer: JSONValue? {
        if case .answer(let value) = outcome { value } else { nil }
    }

    package var succeeded: Bool {
        if case .failure = outcome { false } else { true }
    }
}

extension TraceCall {
    /// - Throws: a sentence that says what is wrong with the line.
    init(_ line: JSONValue) throws(LineFault) {
        func number(_ key: String) throws(LineFault) -> Int {
            guard let value = line[key]?.int, value >= 0 else {
                throw LineFault("\(key): not a whole number (\(line[key]?.text ?? "missing"))")
            }
            return value
        }
        guard let method = line["method"]?.string, method.split(separator: "/").count == 2 else {
            throw LineFault("method: not Service/Method (\(line["method"]?.text ?? "missing"))")
        }
        guard let request = line["request"], request.members != nil else { throw LineFault("request: not an object") }
        let (end, overflow) = try number("at_us").addingReportingOverflow(number("dur_us"))
        guard !overflow, end < Int.max / 1000 else { throw LineFault("dur_us: out of range") }
        self.init(
            sequence: try number("seq"), start: try number("at_us"), duration: try number("dur_us"),
            connection: line["conn"]?.int ?? 1, method: method,
            timeout: line["timeout_us"]?.int.map { .microseconds($0) }, request: request,
            outcome: try Outcome(line))
    }

    var line: JSONValue {
        var members: [(String, JSONValue)] = [
            ("seq", .integer(sequence)), ("at_us", .integer(start)), ("dur_us", .integer(duration)),
            ("conn", .integer(connection)), ("method", .string(method)),
        ]
        if let timeout { members.append(("timeout_us", .integer(timeout.microseconds))) }
        members.append(("request", request))
        members.append(outcome.member)
        return .object(pairs: members)
    }
}

extension TraceCall.Outcome {
    init(_ line: JSONValue) throws(LineFault) {
        if let error = line["error"] {
            guard let code = error["code"]?.int else { throw LineFault("error: no code") }
            self = .failure(code: code, message: error["message"]?.string ?? "")
        } else if let list = line["messages"] {
            guard let elements = list.array else { throw LineFault("messages: not an array") }
            var messages: [TraceCall.StreamedMessage] = []
            for element in elements {
                guard let message = element["message"] else { throw LineFault("messages: an entry without a message") }
                messages.append(.init(at: element["at_us"]?.int ?? 0, message: message))
            }
            self = .messages(messages)
        } else if let response = line["response"] {
            guard response.members != nil else { throw LineFault("response: not an object") }
            self = .answer(response)
        } else {
            throw LineFault("call: neither response nor error nor messages")
        }
    }

    var member: (String, JSONValue) {
        switch self {
        case .answer(let value): ("response", value)
        case .failure(let code, let message):
            ("error", ["code": .integer(code), "message": .string(message)])
        case .messages(let list):
            ("messages", .array(list.map { ["at_us": .integer($0.at), "message": $0.message] }))
        }
    }
}

extension Duration {
    var microseconds: Int { Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000) }
}
