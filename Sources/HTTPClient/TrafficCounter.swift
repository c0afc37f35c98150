import Synchronization

final class TrafficCounter: Sendable {
    private let total = Mutex(HTTPClient.Traffic())

    var value: HTTPClient.Traffic { total.withLock { $0 } }

    func add(requests: Int = 0, sent: Int = 0, received: Int = 0) {
        total.withLock {
            $0.requests += requests
            $0.bytesSent += sent
            $0.bytesReceived += received
        }
    }
}
