import Testing

@testable import CRIStreaming

@Suite("Streams of forwarded ports find each other")
final class PortPairTests {
    var pairs = PortPairs<UInt32>()
    let now = ContinuousClock.now

    func add(_ id: UInt32, _ type: String?, _ port: String? = "80", request: String? = nil) -> String {
        let headers = [("streamtype", type), ("port", port), ("requestid", request)]
            .compactMap { name, value in value.map { SPDYFrame.Header(name, $0) } }
        return switch pairs.add(id, id: id, headers: headers, at: now) {
        case .wait: "wait"
        case .refuse: "refuse"
        case .forward(let port, let data, let error): "\(port): \(data), \(error)"
        }
    }

    @Test("by request id, in whatever order")
    func byRequest() {
        #expect(add(1, "error", request: "a") == "wait")
        #expect(add(3, "data", "81", request: "b") == "wait")
        #expect(add(5, "data", request: "a") == "80: 5, 1")
        #expect(add(7, "error", "81", request: "b") == "81: 3, 7")
        // An id that is over may come again.
        #expect(add(9, "data", request: "a") == "wait")
    }

    @Test("without request ids the data stream is the one right after its error stream")
    func oldClients() {
        #expect(add(1, "error") == "wait")
        #expect(add(3, "data") == "80: 3, 1")
        #expect(add(5, "error") == "wait")
        #expect(add(9, "data") == "wait")
        #expect(add(7, "data") == "80: 7, 5")
    }

    @Test("streams without a port or a type, and second ones of a type, are refused")
    func refused() {
        for port in [nil, "", "0", "65536", "-1", "http"] { #expect(add(1, "data", port, request: "a") == "refuse") }
        for type in [nil, "stdin", ""] { #expect(add(1, type, request: "a") == "refuse") }
        #expect(add(1, "data", request: "a") == "wait")
        #expect(add(3, "data", request: "a") == "refuse")
        #expect(add(5, "error", request: "a") == "80: 1, 5")
    }

    @Test("a pair whose other half does not come is taken away")
    func expiry() {
        _ = add(1, "data", request: "a")
        let young = pairs.expire(before: now - .seconds(1))
        #expect(young.isEmpty)
        let old = pairs.expire(before: now)
        #expect(old.map(\.data) == [1] && old[0].error == nil)
        #expect(add(3, "error", request: "a") == "wait")
    }
}
