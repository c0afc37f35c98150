package import NIOCore

/// Requests through libcurl's multi interface, driven by one lasting thread; connections are kept and reused.
///
/// All clients of a process share the thread and the connections; only the figures are a client's own.
package final class HTTPClient: Sendable {
    package enum Endpoint: Sendable, Equatable {
        /// Every request goes over this socket, whatever its host.
        case unixSocket(path: String)
        /// Requests name whole URLs.
        case network
    }

    private let endpoint: Endpoint
    private let counter = TrafficCounter()
    private let driver = HandleDriver.shared

    package init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    /// - Throws: `.tooLarge` past `bodyLimit` bytes of answer.
    package func send(_ request: HTTPRequest, bodyLimit: Int = 64 << 20) async throws(HTTPFailure) -> HTTPResponse {
        let exchange = Exchange(request, over: endpoint, counter: counter)
        driver.start(exchange)
        defer { driver.cancel(exchange) }
        var response = HTTPResponse(head: HTTPResponseHead(status: 0), body: ByteBuffer())
        while true {
            switch try await next(of: exchange) {
            case .head(let head): response.head = head
            case .piece(var bytes):
                guard response.body.readableBytes + bytes.readableBytes <= bodyLimit else {
                    throw HTTPFailure(reason: .tooLarge, detail: "answer longer than \(bodyLimit) bytes")
                }
                if response.body.readableBytes == 0 { response.body = bytes } else { response.body.writeBuffer(&bytes) }
            case .end: return response
            }
        }
    }

    /// Streams the answer: `receive` gets each piece in order, and the transfer pauses while it runs.
    ///
    /// Throws what `head` and `receive` throw, else an `HTTPFailure`. At most `Exchange.queueLimit` bytes, and what one
    /// read brings, wait in memory.
    package func stream(
        _ request: HTTPRequest, head: @Sendable (HTTPResponseHead) async throws -> Void,
        receive: @Sendable (ByteBuffer) async throws -> Void
    ) async throws {
        let exchange = Exchange(request, over: endpoint, counter: counter)
        driver.start(exchange)
        defer { driver.cancel(exchange) }
        while true {
            switch try await next(of: exchange) {
            case .head(let value): try await head(value)
            case .piece(let bytes): try await receive(bytes)
            case .end: return
            }
        }
    }

    /// Sends a request with `Connection: Upgrade` and hands over the raw connection after a 101 or 200 head.
    /// Any other status is returned as an ordinary answer.
    ///
    /// Only over a unix socket or plain `http://`.
    package func upgrade(_ request: HTTPRequest, to protocolName: String) async throws(HTTPFailure) -> UpgradeResult {
        let upgrade = try UpgradeRequest(request, to: protocolName, over: endpoint)
        let link = RawLink(deadline: request.timeout.map { .now + $0 }, counter: counter)
        let exchange = Exchange(request, over: endpoint, counter: counter, link: link)
        driver.start(exchange)
        counter.add(requests: 1)
        do throws(HTTPFailure) {
            guard case .end = try await next(of: exchange) else {
                throw HTTPFailure(reason: .broken, detail: "connection answered before the request")
            }
            return try await upgrade.negotiate(over: RawConnection.Owner(link, driver: driver))
        } catch {
            driver.cancel(exchange)
            throw error
        }
    }

    private func next(of exchange: Exchange) async throws(HTTPFailure) -> Exchange.Event {
        let driver = driver
        let result = await withTaskCancellationHandler {
            await exchange.next()
        } onCancel: {
            driver.cancel(exchange)
        }
        let (event, resumes) = try result.get()
        if resumes { driver.resume(exchange) }
        return event
    }

    /// Counts of everything sent and received since the client began: for the lab's REST figures.
    package var traffic: Traffic { counter.value }

    /// Bytes are heads and bodies as HTTP means them: no chunk framing, no TLS.
    package struct Traffic: Sendable, Equatable {
        package var requests = 0
        package var bytesSent = 0
        package var bytesReceived = 0
        package init() {}
    }
}
