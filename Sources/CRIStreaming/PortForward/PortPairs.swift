import NIOCore

/// Finds the two streams of each forwarded connection among those that a client opens, in whatever order.
///
/// Out of turn: a stream without a port or a type is the client's fault and refused, as is a second one of a type in a pair.
struct PortPairs<Stream: Sendable> {
    struct Pair: Sendable {
        let port: UInt16
        var data: Stream?
        var error: Stream?
        let begun: ContinuousClock.Instant
    }
    enum Step: Sendable {
        case wait
        case forward(port: UInt16, data: Stream, error: Stream)
        case refuse
    }

    private var waiting: [String: Pair] = [:]

    mutating func add(
        _ stream: Stream, id: SPDYFrame.StreamID, headers: [SPDYFrame.Header], at now: ContinuousClock.Instant
    ) -> Step {
        func value(_ name: String) -> String? { headers.first { $0.name == name }?.value }
        guard let port = value("port").flatMap({ UInt16($0) }), port > 0, let type = value("streamtype"),
            type == "data" || type == "error"
        else { return .refuse }
        let isData = type == "data"
        // Clients from before request ids open the error stream first, and the data stream right after it.
        let key = value("requestid") ?? "\(isData ? Int(id) - 2 : Int(id))"
        var pair = waiting[key] ?? Pair(port: port, begun: now)
        guard (isData ? pair.data : pair.error) == nil else { return .refuse }
        if isData { pair.data = stream } else { pair.error = stream }
        guard let data = pair.data, let error = pair.error else {
            waiting[key] = pair
            return .wait
        }
        waiting[key] = nil
        return .forward(port: pair.port, data: data, error: error)
    }

    /// Takes away the pairs whose other half has not come since `deadline`.
    mutating func expire(before deadline: ContinuousClock.Instant) -> [Pair] {
        let old = waiting.filter { $0.value.begun <= deadline }
        for key in old.keys { waiting[key] = nil }
        return Array(old.values)
    }
}
