import HTTPClient
import NIOCore
import Testing

@Suite struct UpgradeTests {
    private static let request = HTTPRequest(
        "POST", "/upgrade", headers: [("Content-Type", "application/json")], body: .bytes(ByteBuffer(string: "{}")))

    private static func text(_ connection: RawConnection, until suffix: String) async throws -> String {
        var text = ""
        while !text.hasSuffix(suffix), let bytes = try await connection.read() { text += String(buffer: bytes) }
        return text
    }

    @Test("an upgrade hands over early bytes, carries bytes both ways and half-closes")
    func bothWays() async throws {
        try await withServer { client, _ in
            guard case .connection(let connection) = try await client.upgrade(Self.request, to: "tcp") else {
                Issue.record("refused")
                return
            }
            #expect(connection.head.status == 101)
            #expect(try await Self.text(connection, until: "early{}") == "early{}")
            try await connection.write(ByteBuffer(string: "hello"))
            #expect(try await Self.text(connection, until: "hello") == "hello")
            await connection.finishWriting()
            #expect(try await Self.text(connection, until: "bye") == "bye")
            #expect(try await connection.read() == nil)
            #expect(client.traffic.requests == 1)
            #expect(
                client.traffic.bytesReceived == "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
                    .utf8.count + 15)
            await connection.close()
        }
    }

    @Test("more bytes than any buffer holds go through unharmed")
    func bulk() async throws {
        try await withServer { client, _ in
            guard case .connection(let connection) = try await client.upgrade(Self.request, to: "tcp") else {
                Issue.record("refused")
                return
            }
            let total = 4 << 20
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    for _ in 0..<16 { try await connection.write(ByteBuffer(repeating: 7, count: total / 16)) }
                    await connection.finishWriting()
                    return 0
                }
                group.addTask {
                    var count = 0
                    while let bytes = try await connection.read() { count += bytes.readableBytes }
                    return count
                }
                var count = 0
                for try await part in group { count += part }
                #expect(count == "early{}".utf8.count + total + "bye".utf8.count)
            }
        }
    }

    @Test("a refusal comes back as an ordinary answer", arguments: ["length", "chunked", "close"])
    func refusal(framing: String) async throws {
        try await withServer { client, _ in
            let request = HTTPRequest("POST", "/refuse/\(framing)")
            guard case .refused(let response) = try await client.upgrade(request, to: "tcp") else {
                Issue.record("upgraded")
                return
            }
            #expect(response.head.status == 409)
            #expect(String(buffer: response.body) == #"{"message":"x"}"#)
        }
    }

    @Test("an upgrade that is never answered times out")
    func timeout() async throws {
        try await withServer { client, _ in
            let failure = await #expect(throws: HTTPFailure.self) {
                _ = try await client.upgrade(HTTPRequest("POST", "/never", timeout: .milliseconds(30)), to: "tcp")
            }
            #expect(failure?.reason == .timedOut)
        }
    }

    @Test("an upgrade over a socket that is not there is unreachable")
    func unreachable() async throws {
        let client = HTTPClient(.unixSocket(path: "/tmp/oxbow-http-nobody.sock"))
        let failure = await #expect(throws: HTTPFailure.self) { _ = try await client.upgrade(Self.request, to: "tcp") }
        #expect(failure?.reason == .unreachable)
    }

    @Test("cancelling a read leaves the connection usable; closing ends a pending read")
    func cancelledRead() async throws {
        try await withServer { client, _ in
            guard case .connection(let connection) = try await client.upgrade(Self.request, to: "tcp") else {
                Issue.record("refused")
                return
            }
            _ = try await Self.text(connection, until: "early{}")
            await withTaskGroup(of: HTTPFailure.Reason?.self) { group in
                group.addTask {
                    do throws(HTTPFailure) {
                        _ = try await connection.read()
                        return nil
                    } catch { return error.reason }
                }
                group.cancelAll()
                #expect(await group.next() == .cancelled)
            }
            try await connection.write(ByteBuffer(string: "again"))
            #expect(try await Self.text(connection, until: "again") == "again")
            await withTaskGroup(of: Bool.self) { group in
                group.addTask { (try? await connection.read()) == nil }
                await connection.close()
                #expect(await group.next() == true)
            }
        }
    }
}
