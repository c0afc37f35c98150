import Faults
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import HTTPServer

/// Answers with what it was asked.
@Sendable private func echo(_ request: ServerRequest) async -> ServerResponse {
    do {
        switch request.path {
        case "/stream":
            return .stream(status: .ok, headers: ["Content-Type": "text/plain"]) { writer in
                for piece in ["one", "", "twoooooooooooooooo"] { try await writer.write(ByteBuffer(string: piece)) }
            }
        case "/broken":
            return .stream(status: .ok, headers: [:]) { writer in
                try await writer.write(ByteBuffer(string: "half"))
                throw OxbowError(.ours, "stream: broken")
            }
        case "/unread": return .bytes(status: .notFound, headers: [:], body: ByteBuffer(string: "no"))
        case "/nothing": return .bytes(status: .noContent, headers: [:], body: ByteBuffer())
        case "/small": return .bytes(status: .ok, headers: [:], body: try await request.body.collect(limit: 4))
        default:
            let body = try await request.body.collect()
            let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
            let text = "\(request.method) \(request.path) [\(query)] \(String(buffer: body))"
            return .bytes(status: .ok, headers: ["X-Up": "\(request.wantsUpgrade)"], body: ByteBuffer(string: text))
        }
    } catch let error as OxbowError {
        let status = HTTPResponseStatus(statusCode: error.kind.codes.http)
        return .bytes(status: status, headers: [:], body: ByteBuffer(string: error.message))
    } catch {
        return .bytes(status: .internalServerError, headers: [:], body: ByteBuffer(string: "\(error)"))
    }
}

@Suite("Requests over a socket", .timeLimit(.minutes(1)))
struct RequestTests {
    @Test("one connection carries request after request")
    func keepAlive() async throws {
        try await withServer(respond: echo) { (path) async throws in
            let client = try await RawClient(path)
            for number in 0..<3 {
                try await client.send("GET /a%20b/\(number)?x=1&y=%2B+ HTTP/1.1\r\nHost: d\r\n\r\n")
                let answer = await client.read(until: "]\u{20}")
                #expect(
                    answer
                        == "HTTP/1.1 200 OK\r\nX-Up: false\r\nContent-Length: 24\r\n\r\nGET /a%20b/\(number) [x=1,y=+ ] "
                )
            }
            await client.close()
        }
    }

    static let pipeline =
        "POST /1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello\r\nPOST /2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: r\r\n\r\nGET /3 HTTP/1.1\r\nConnection: close\r\n\r\n"
    static let answers =
        "HTTP/1.1 200 OK\r\nX-Up: false\r\nContent-Length: 16\r\n\r\nPOST /1 [] hello"
        + "HTTP/1.1 200 OK\r\nX-Up: false\r\nContent-Length: 16\r\n\r\nPOST /2 [] abcde"
        + "HTTP/1.1 200 OK\r\nX-Up: false\r\nContent-Length: 10\r\nConnection: close\r\n\r\nGET /3 [] "

    @Test("pipelined requests are answered one after the other, wherever their bytes are split")
    func pipelining() async throws {
        try await withServer(respond: echo) { (path) async throws in
            #expect(try await talk(path, Self.pipeline) == Self.answers)
            for split in 1..<Self.pipeline.utf8.count {
                let client = try await RawClient(path)
                try await client.send(String(Self.pipeline.prefix(split)))
                await Task.yield()
                try await client.send(String(Self.pipeline.dropFirst(split)))
                let all = await client.readAll()
                #expect(all == Self.answers, "split at \(split)")
                await client.close()
            }
        }
    }

    @Test("a client that half-closes still gets its answer")
    func halfClosed() async throws {
        try await withServer(respond: echo) { (path) async throws in
            let answer = try await talk(path, "GET /x HTTP/1.1\r\n\r\n", halfClose: true)
            #expect(answer.hasSuffix("\r\nGET /x [] "))
        }
    }

    @Test("HEAD gets the head only, and the connection goes on")
    func head() async throws {
        try await withServer(respond: echo) { (path) async throws in
            let text =
                "HEAD /x HTTP/1.1\r\n\r\nHEAD /stream HTTP/1.1\r\n\r\nHEAD /nothing HTTP/1.1\r\nConnection: close\r\n\r\n"
            #expect(
                try await talk(path, text) == "HTTP/1.1 200 OK\r\nX-Up: false\r\nContent-Length: 11\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        }
    }

    @Test("a stream is sent in chunks, to HTTP/1.0 until the connection's end")
    func stream() async throws {
        try await withServer(respond: echo) { (path) async throws in
            #expect(
                try await talk(path, "GET /stream HTTP/1.1\r\nConnection: close\r\n\r\n")
                    == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + "3\r\none\r\n12\r\ntwoooooooooooooooo\r\n0\r\n\r\n")
            #expect(
                try await talk(path, "GET /stream HTTP/1.0\r\n\r\n")
                    == "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nonetwoooooooooooooooo")
        }
    }

    @Test("a stream that breaks ends without its last chunk")
    func broken() async throws {
        try await withServer(respond: echo) { (path) async throws in
            #expect(
                try await talk(path, "GET /broken HTTP/1.1\r\n\r\n")
                    == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
        }
    }

    @Test("each piece of a stream arrives before the next is written")
    func flush() async throws {
        let next = Event()
        try await withServer { _ in
            .stream(status: .ok, headers: [:]) { writer in
                try await writer.write(ByteBuffer(string: "first"))
                await next.wait()
                try await writer.write(ByteBuffer(string: "second"))
            }
        } _: { (path) async throws in
            let client = try await RawClient(path)
            try await client.send("GET /events HTTP/1.1\r\n\r\n")
            #expect(await client.read(until: "first\r\n").hasSuffix("5\r\nfirst\r\n"))
            next.give()
            #expect(await client.read(until: "0\r\n\r\n") == "6\r\nsecond\r\n0\r\n\r\n")
            await client.close()
        }
    }

    @Test("100-continue is said when the body is wanted, and not when it is not")
    func expect() async throws {
        try await withServer(respond: echo) { (path) async throws in
            let client = try await RawClient(path)
            try await client.send("POST /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            #expect(await client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            try await client.send("hi")
            #expect(await client.read(until: "hi").hasSuffix("POST /x [] hi"))
            await client.close()
            let answer = try await talk(
                path, "POST /unread HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            #expect(answer == "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        }
    }

    @Test("a body that nobody read is skipped when it is short, else the connection ends")
    func unread() async throws {
        var limits = HTTPLimits()
        limits.skippedBytes = 10
        try await withServer(limits: limits, respond: echo) { (path) async throws in
            let client = try await RawClient(path)
            try await client.send(
                "POST /unread HTTP/1.1\r\nContent-Length: 10\r\n\r\n0123456789GET /x HTTP/1.1\r\n\r\n")
            #expect(
                await client.read(until: "GET /x [] ").hasPrefix(
                    "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nnoHTTP/1.1 200 OK"))
            await client.close()
            let long =
                "POST /unread HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + String(repeating: "x", count: 100_000)
            #expect(
                try await talk(path, long)
                    == "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        }
    }

    @Test("a body past its limit is 413, announced or not, and ends the connection")
    func tooLarge() async throws {
        try await withServer(respond: echo) { (path) async throws in
            let text = "request body: larger than 4 bytes"
            let expected = "HTTP/1.1 413 Payload Too Large\r\nContent-Length: \(text.utf8.count)\r\n"
            let announced = try await talk(path, "POST /small HTTP/1.1\r\nContent-Length: 900000\r\n\r\n")
            #expect(announced == expected + "Connection: close\r\n\r\n" + text)
            let chunked = try await talk(
                path, "POST /small HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            #expect(chunked == expected + "Connection: close\r\n\r\n" + text)
            #expect(
                try await talk(path, "POST /small HTTP/1.1\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfour")
                    .hasSuffix("four"))
        }
    }

    @Test("a head past its limit is 431, at the limit it is served")
    func headTooLarge() async throws {
        var limits = HTTPLimits()
        limits.headBytes = 200
        try await withServer(limits: limits, respond: echo) { (path) async throws in
            let answer = try await talk(path, "GET /x HTTP/1.1\r\nX: " + String(repeating: "y", count: 300))
            #expect(answer.hasPrefix("HTTP/1.1 431 ") && answer.contains("Connection: close"))
            let rest = "GET /x HTTP/1.1\r\nConnection: close\r\nX: \r\n\r\n"
            let fits = try await talk(
                path, rest.replacing("X: ", with: "X: " + String(repeating: "y", count: 200 - rest.utf8.count)))
            #expect(fits.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test(
        "what is no HTTP is 400, and the next client is served",
        arguments: [
            "nonsense\r\n\r\n", "GET\r\n\r\n", "GET /x HTTP/1.1\r\nbad header\r\n\r\n", "GET /%zz HTTP/1.1\r\n\r\n",
            "POST /x HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            "POST /x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST /x HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ])
    func malformed(text: String) async throws {
        try await withServer(respond: echo) { (path) async throws in
            #expect(try await talk(path, text).hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(try await talk(path, "GET /x HTTP/1.1\r\nConnection: close\r\n\r\n").hasSuffix("GET /x [] "))
        }
    }

    @Test("a body that is cut short is an error to who reads it")
    func cutShort() async throws {
        try await withServer(respond: echo) { (path) async throws in
            let answer = try await talk(path, "POST /x HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf", halfClose: true)
            #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.hasSuffix("request body: shorter than announced"))
        }
    }

    @Test("a client that is slow with its head is told 408, one that says nothing is left")
    func slow() async throws {
        var limits = HTTPLimits()
        limits.head = .milliseconds(20)
        limits.idle = .milliseconds(40)
        limits.bodyPause = .milliseconds(20)
        try await withServer(limits: limits, respond: echo) { (path) async throws in
            #expect(try await talk(path, "GET /x HT").hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
            #expect(try await talk(path, "") == "")
            #expect(try await talk(path, "POST /x HTTP/1.1\r\nContent-Length: 9\r\n\r\nx").hasPrefix("HTTP/1.1 504 "))
        }
    }

    @Test("a head that trickles in is given up at its limit, however many bytes still come")
    func trickle() async throws {
        var limits = HTTPLimits()
        limits.head = .milliseconds(100)
        try await withServer(limits: limits, respond: echo) { (path) async throws in
            let client = try await RawClient(path)
            try await client.send("GET /x HTTP/1.1\r\nX: ")
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Ends when the connection does, or the test.
                    while !Task.isCancelled, (try? await client.send("y")) != nil {
                        try? await Task.sleep(for: .milliseconds(5))
                    }
                }
                #expect(await client.readAll().hasPrefix("HTTP/1.1 408 "))
                group.cancelAll()
            }
            await client.close()
        }
    }

    @Test("a large body comes in and goes out whole")
    func large() async throws {
        try await withServer { request in
            let total = Mutex(0)
            do {
                try await request.body.forEach { piece in total.withLock { $0 += piece.readableBytes } }
            } catch {
                return .bytes(status: .internalServerError, headers: [:], body: ByteBuffer())
            }
            return .bytes(status: .ok, headers: [:], body: ByteBuffer(repeating: 0x61, count: total.withLock { $0 }))
        } _: { (path) async throws in
            let body = String(repeating: "b", count: 3_000_000)
            let answer = try await talk(
                path, "POST /x HTTP/1.1\r\nContent-Length: 3000000\r\nConnection: close\r\n\r\n" + body)
            #expect(answer.hasSuffix("\r\n\r\n" + String(repeating: "a", count: 3_000_000)))
        }
    }

    @Test("a client that goes away cancels the stream that is written to it")
    func cancelled() async throws {
        let began = Event()
        let cancelled = Event()
        try await withServer { _ in
            .stream(status: .ok, headers: [:]) { _ in
                began.give()
                do { try await Task.sleep(for: .seconds(3600)) } catch {
                    cancelled.give()
                    throw error
                }
            }
        } _: { (path) async throws in
            let client = try await RawClient(path)
            try await client.send("GET /logs HTTP/1.1\r\n\r\n")
            await began.wait()
            await client.close()
            await cancelled.wait()
        }
    }

    @Test("a client that does not read holds the stream back")
    func backPressure() async throws {
        let written = Atomic<Int>(0)
        try await withServer { _ in
            .stream(status: .ok, headers: [:]) { writer in
                while true {
                    try await writer.write(ByteBuffer(repeating: 1, count: 16 << 10))
                    written.wrappingAdd(16 << 10, ordering: .relaxed)
                }
            }
        } _: { (path) async throws in
            let client = try await RawClient(path, autoRead: false)
            try await client.send("GET /logs HTTP/1.1\r\n\r\n")
            var before = -1
            while before != written.load(ordering: .relaxed) || before == 0 {
                before = written.load(ordering: .relaxed)
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(before < 2 << 20)
            await client.close()
        }
    }

    @Test("a server that ends finishes the request at work, and closes idle connections at once")
    func graceful() async throws {
        let began = Event()
        let end = Event()
        let path = "/tmp/oxbow-http-\(UInt32.random(in: 0 ... .max)).sock"
        try await withThrowingTaskGroup(of: Void.self) { group in
            let ready = Event()
            group.addTask {
                let server = HTTPServer { _ in
                    began.give()
                    await end.wait()
                    return .bytes(status: .ok, headers: [:], body: ByteBuffer(string: "kept"))
                }
                try await server.run(at: path, grace: .seconds(60)) { ready.give() }
            }
            await ready.wait()
            let idle = try await RawClient(path)
            let busy = try await RawClient(path)
            try await busy.send("GET /x HTTP/1.1\r\n\r\n")
            await began.wait()
            group.cancelAll()
            #expect(await idle.readAll() == "")
            await idle.close()
            end.give()
            #expect(await busy.readAll() == "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nkept")
            await busy.close()
            try await group.waitForAll()
        }
    }
}
