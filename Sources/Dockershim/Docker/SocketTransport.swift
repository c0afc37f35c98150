import HTTPClient
package import NIOCore
import Synchronization

/// A real daemon behind a unix socket.
package struct SocketTransport: DockerTransport {
    package let endpoint: String
    private let client: HTTPClient

    /// - Parameter address: a socket path, or `unix:///path`.
    package init(address: String) {
        let scheme = "unix://"
        let path = address.hasPrefix(scheme) ? String(address.dropFirst(scheme.count)) : address
        endpoint = scheme + path
        client = HTTPClient(.unixSocket(path: path))
    }

    /// Bytes of an error answer that are read of a stream that failed.
    static let errorLimit = 1 << 20

    package func exchange(_ request: DockerRequest, bodyLimit: Int) async throws(DockerFailure) -> DockerAnswer {
        do throws(HTTPFailure) {
            let response = try await client.send(HTTPRequest(request), bodyLimit: bodyLimit)
            return DockerAnswer(response.head, response.body)
        } catch {
            throw DockerFailure(error, endpoint: endpoint)
        }
    }

    package func stream(
        _ request: DockerRequest, receive: @Sendable (ByteBuffer) async throws -> Void
    ) async throws -> DockerAnswer {
        let answer = Mutex(DockerAnswer(status: 0))
        do {
            try await client.stream(HTTPRequest(request)) { head in
                answer.withLock { $0 = DockerAnswer(head, ByteBuffer()) }
            } receive: { piece in
                let failed = answer.withLock { answer in
                    guard !answer.succeeded else { return false }
                    let room = Self.errorLimit - answer.body.readableBytes
                    answer.body.writeBytes(piece.readableBytesView.prefix(room))
                    return true
                }
                if !failed { try await receive(piece) }
            }
        } catch let failure as HTTPFailure {
            throw DockerFailure(failure, endpoint: endpoint)
        }
        return answer.withLock { $0 }
    }

    package func hijack(_ request: DockerRequest) async throws(DockerFailure) -> HijackAnswer {
        do throws(HTTPFailure) {
            switch try await client.upgrade(HTTPRequest(request), to: "tcp") {
            case .connection(let raw): return .connection(SocketConnection(raw: raw, endpoint: endpoint))
            case .refused(let response): return .refused(DockerAnswer(response.head, response.body))
            }
        } catch {
            throw DockerFailure(error, endpoint: endpoint)
        }
    }
}

private struct SocketConnection: HijackedConnection {
    let raw: RawConnection
    let endpoint: String

    func read() async throws(DockerFailure) -> ByteBuffer? {
        do throws(HTTPFailure) { return try await raw.read() } catch { throw DockerFailure(error, endpoint: endpoint) }
    }

    func write(_ bytes: ByteBuffer) async throws(DockerFailure) {
        do throws(HTTPFailure) { try await raw.write(bytes) } catch { throw DockerFailure(error, endpoint: endpoint) }
    }

    func finishWriting() async { await raw.finishWriting() }
    func close() async { await raw.close() }
}

extension HTTPRequest {
    fileprivate init(_ request: DockerRequest) {
        self.init(
            request.method, request.target, headers: request.headers.map { ($0.name, $0.value) },
            body: request.body.map { .bytes($0) } ?? .none, timeout: request.timeout)
    }
}

extension DockerAnswer {
    fileprivate init(_ head: HTTPResponseHead, _ body: ByteBuffer) {
        self.init(
            status: head.status, headers: head.headers.map { DockerRequest.Pair($0.name, $0.value) }, body: body)
    }
}
