import Glibc
import HTTPClient
import NIOCore
import Synchronization
import Testing

@Suite struct HTTPClientTests {
    @Test("a GET goes out verbatim, with host docker and no header of libcurl's own")
    func plainGet() async throws {
        try await withServer { client, _ in
            let response = try await client.send(HTTPRequest("GET", "/echo/../a%2Fb?x=%7B%22a%22%7D&y=1"))
            #expect(response.head.status == 200)
            #expect(response.head["x-kind"] == "echo")
            #expect(
                String(buffer: response.body)
                    == "GET /echo/../a%2Fb?x=%7B%22a%22%7D&y=1\nHost: docker\nUser-Agent: oxbow\n\n")
        }
    }

    @Test("a POST sends its body and type, one without a body says length 0")
    func post() async throws {
        try await withServer { client, _ in
            let request = HTTPRequest(
                "POST", "/echo", headers: [("Content-Type", "application/json")],
                body: .bytes(ByteBuffer(string: #"{"a":1}"#)))
            let response = try await client.send(request)
            #expect(
                String(buffer: response.body) == """
                    POST /echo
                    Content-Length: 7
                    Content-Type: application/json
                    Host: docker
                    User-Agent: oxbow

                    {"a":1}
                    """)
            let empty = try await client.send(HTTPRequest("POST", "/echo"))
            #expect(String(buffer: empty.body).contains("Content-Length: 0\n"))
            let gone = try await client.send(HTTPRequest("DELETE", "/echo"))
            #expect(String(buffer: gone.body) == "DELETE /echo\nHost: docker\nUser-Agent: oxbow\n\n")
        }
    }

    @Test("a HEAD's answer has a head and no body")
    func headOnly() async throws {
        try await withServer { client, _ in
            let response = try await client.send(HTTPRequest("HEAD", "/echo"))
            #expect(response.head.status == 200)
            #expect(response.body.readableBytes == 0)
        }
    }

    @Test("a file goes out chunked")
    func fileBody() async throws {
        let path = "/tmp/oxbow-http-\(getpid())-body"
        let text = String(repeating: "0123456789", count: 20_000)
        let file = fopen(path, "w")
        fputs(text, file)
        fclose(file)
        defer { unlink(path) }
        try await withServer { client, _ in
            let response = try await client.send(HTTPRequest("PUT", "/echo", body: .file(path: path)))
            let answer = String(buffer: response.body)
            #expect(answer.contains("Transfer-Encoding: chunked\n"))
            #expect(answer.hasSuffix("\n\n" + text))
        }
        try await withServer { client, _ in
            await #expect(throws: HTTPFailure.self) {
                try await client.send(HTTPRequest("PUT", "/echo", body: .file(path: "/nonexistent")))
            }
        }
    }

    @Test("requests one after another use one connection")
    func reuse() async throws {
        try await withServer { client, server in
            for _ in 0..<5 { _ = try await client.send(HTTPRequest("GET", "/echo")) }
            #expect(server.figures.connections == 1)
        }
    }

    @Test("a slow reader pauses the transfer: memory is bounded, and nothing is lost")
    func slowReader() async throws {
        try await withServer { client, server in
            let total = 512 * (16 << 10)
            let received = Mutex(0)
            let most = Mutex(0)
            try await client.stream(HTTPRequest("GET", "/chunks/512", timeout: nil)) { head in
                #expect(head.status == 200)
            } receive: { piece in
                await Task.yield()
                received.withLock { $0 += piece.readableBytes }
                // Everything that has left the server and not arrived here waits in the kernel or in the client.
                let ahead = server.figures.flooded - received.withLock { $0 }
                most.withLock { $0 = max($0, ahead) }
                usleep(2_000)
            }
            #expect(received.withLock { $0 } == total)
            #expect(most.withLock { $0 } < 2 << 20)
        }
    }

    @Test("an answer past the body limit is refused")
    func bodyLimit() async throws {
        try await withServer { client, _ in
            let failure = await #expect(throws: HTTPFailure.self) {
                try await client.send(HTTPRequest("GET", "/chunks/20"), bodyLimit: 100_000)
            }
            #expect(failure?.reason == .tooLarge)
        }
    }

    @Test("a call past its limit times out, before and after the head", arguments: ["/never", "/never/head"])
    func timeout(target: String) async throws {
        try await withServer { client, _ in
            let failure = await #expect(throws: HTTPFailure.self) {
                try await client.send(HTTPRequest("GET", target, timeout: .milliseconds(30)))
            }
            #expect(failure?.reason == .timedOut)
        }
    }

    @Test("a socket that is not there is unreachable, and the failure says why")
    func unreachable() async throws {
        let client = HTTPClient(.unixSocket(path: "/tmp/oxbow-http-nobody.sock"))
        let failure = await #expect(throws: HTTPFailure.self) { try await client.send(HTTPRequest("GET", "/")) }
        #expect(failure?.reason == .unreachable)
        #expect(failure?.detail.contains("No such file or directory") == true)
    }

    @Test("an answer cut short is broken")
    func cutShort() async throws {
        try await withServer { client, _ in
            let failure = await #expect(throws: HTTPFailure.self) { try await client.send(HTTPRequest("GET", "/cut")) }
            #expect(failure?.reason == .broken)
        }
    }

    @Test("a hundred requests at once all get their own answer")
    func manyAtOnce() async throws {
        try await withServer { client, server in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<100 {
                    group.addTask {
                        let response = try await client.send(HTTPRequest("GET", "/echo/\(index)"))
                        return String(buffer: response.body).hasPrefix("GET /echo/\(index)\n")
                    }
                }
                for try await own in group { #expect(own) }
            }
            #expect(client.traffic.requests == 100)
        }
    }

    @Test("cancelling the task ends the transfer")
    func cancellation() async throws {
        try await withServer { client, server in
            await withTaskGroup(of: HTTPFailure.Reason?.self) { group in
                group.addTask {
                    do throws(HTTPFailure) {
                        _ = try await client.send(HTTPRequest("GET", "/never", timeout: nil))
                        return nil
                    } catch { return error.reason }
                }
                while server.figures.requests.isEmpty { await Task.yield() }
                group.cancelAll()
                let reason = await group.next()
                #expect(reason == .cancelled)
            }
        }
    }

    @Test("traffic counts heads and bodies both ways")
    func traffic() async throws {
        try await withServer { client, _ in
            let body = String(repeating: "b", count: 1000)
            let response = try await client.send(
                HTTPRequest("POST", "/echo", body: .bytes(ByteBuffer(string: body))))
            let sent = "POST /echo HTTP/1.1\r\nHost: docker\r\nUser-Agent: oxbow\r\nContent-Length: 1000\r\n\r\n" + body
            let length = response.body.readableBytes
            let received = "HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\nX-Kind: echo\r\n\r\n".utf8.count + length
            // The counters are complete once the call has returned.
            #expect(client.traffic.requests == 1)
            #expect(client.traffic.bytesSent == sent.utf8.count)
            #expect(client.traffic.bytesReceived == received)
        }
    }

    @Test("a body too large for one write is counted once")
    func largeTraffic() async throws {
        try await withServer { client, _ in
            let request = HTTPRequest("POST", "/echo", body: .bytes(ByteBuffer(repeating: 65, count: 300_000)))
            _ = try await client.send(request)
            #expect((300_000..<300_200).contains(client.traffic.bytesSent))
        }
    }
}
