import Faults
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import HTTPServer

/// Takes connections over: says back what it hears, in brackets, and "end" at the client's end.
@Sendable private func respond(_ request: ServerRequest) async -> ServerResponse {
    guard request.path != "/missing" else {
        return .bytes(status: .notFound, headers: [:], body: ByteBuffer(string: "no"))
    }
    let body = (try? await request.body.collect()).map { String(buffer: $0) } ?? "?"
    var headers: HTTPHeaders = ["Content-Type": "application/vnd.docker.raw-stream"]
    if request.wantsUpgrade { headers.add(contentsOf: [("Connection", "Upgrade"), ("Upgrade", "tcp")]) }
    return .hijack(
        status: request.wantsUpgrade ? .custom(code: 101, reasonPhrase: "UPGRADED") : .ok, headers: headers
    ) { connection in
        try await connection.write(ByteBuffer(string: "(\(body))"))
        while let bytes = try await connection.read() {
            try await connection.write(ByteBuffer(string: "[\(String(buffer: bytes))]"))
        }
        try await connection.write(ByteBuffer(string: "end"))
        try await connection.finishWriting()
    }
}

@Suite("Connections that are taken over", .timeLimit(.minutes(1)))
struct HijackTests {
    static let upgrade =
        "POST /exec/x/start HTTP/1.1\r\nContent-Length: 2\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n{}"
    static let upgraded =
        "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n({})"
    static let plain = "POST /exec/x/start HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
    static let taken = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n({})"

    @Test(
        "with and without an upgrade, bytes go both ways and each way has its end",
        arguments: [(upgrade, upgraded), (plain, taken)])
    func both(request: String, head: String) async throws {
        try await withServer(respond: respond) { (path) async throws in
            let client = try await RawClient(path)
            try await client.send(request)
            #expect(await client.read(until: "({})") == head)
            for text in ["ls\n", "GET / HTTP/1.1\r\n\r\n"] {
                try await client.send(text)
                #expect(await client.read(until: "]") == "[\(text)]")
            }
            try await client.halfClose()
            #expect(await client.readAll() == "end")
            await client.close()
        }
    }

    @Test("bytes that came in the same read are delivered raw", arguments: [(upgrade, upgraded), (plain, taken)])
    func sameRead(request: String, head: String) async throws {
        try await withServer(respond: respond) { (path) async throws in
            #expect(try await talk(path, request + "input\n", halfClose: true) == head + "[input\n]end")
        }
    }

    @Test(
        "the request's body ends where it ends, wherever the bytes are split",
        arguments: [(upgrade, upgraded), (plain, taken)])
    func split(request: String, head: String) async throws {
        try await withServer(respond: respond) { (path) async throws in
            for split in 1..<request.utf8.count {
                let client = try await RawClient(path)
                try await client.send(String(request.prefix(split)))
                await Task.yield()
                try await client.send(String(request.dropFirst(split)))
                let answer = await client.read(until: "({})")
                #expect(answer == head, "split at \(split)")
                await client.close()
            }
        }
    }

    @Test("a chunked body before the raw bytes works too")
    func chunked() async throws {
        try await withServer(respond: respond) { (path) async throws in
            let text = "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nraw"
            #expect(try await talk(path, text, halfClose: true) == Self.taken + "[raw]end")
        }
    }

    @Test("an upgrade that is refused says Connection: close, and closes")
    func refused() async throws {
        try await withServer(respond: respond) { (path) async throws in
            let text = Self.upgrade.replacing("/exec/x/start", with: "/missing")
            #expect(
                try await talk(path, text)
                    == "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        }
    }

    @Test("a client that vanishes ends the reads and fails the writes")
    func vanished() async throws {
        let ended = Event()
        let failed = Event()
        try await withServer { _ in
            .hijack(status: .ok, headers: [:]) { connection in
                while try await connection.read() != nil {}
                ended.give()
                do {
                    while true { try await connection.write(ByteBuffer(repeating: 1, count: 1 << 16)) }
                } catch {
                    failed.give()
                    throw error
                }
            }
        } _: { (path) async throws in
            let client = try await RawClient(path)
            try await client.send("POST /attach HTTP/1.1\r\n\r\n")
            _ = await client.read(until: "\r\n\r\n")
            await client.close()
            await ended.wait()
            await failed.wait()
        }
    }

    @Test("a task that waits to read stops when it is cancelled, and another may read on")
    func cancelledRead() async throws {
        try await withServer { _ in
            .hijack(status: .ok, headers: [:]) { connection in
                let first = await withTaskGroup(of: String.self) { group in
                    group.addTask {
                        do { return try await connection.read().map { String(buffer: $0) } ?? "end" } catch {
                            return "cancelled"
                        }
                    }
                    group.cancelAll()
                    return await group.next() ?? ""
                }
                try await connection.write(ByteBuffer(string: first + "!"))
                let second = try await connection.read().map { String(buffer: $0) } ?? "end"
                try await connection.write(ByteBuffer(string: second))
            }
        } _: { (path) async throws in
            let client = try await RawClient(path)
            try await client.send("POST /attach HTTP/1.1\r\n\r\n")
            #expect(await client.read(until: "!").hasSuffix("\r\n\r\ncancelled!"))
            try await client.send("more")
            #expect(await client.readAll() == "more")
            await client.close()
        }
    }

    @Test("all output arrives though the client's input was never read")
    func unreadInput() async throws {
        try await withServer { _ in
            .hijack(status: .ok, headers: [:]) { connection in
                try await connection.write(ByteBuffer(repeating: 0x61, count: 500_000))
            }
        } _: { (path) async throws in
            let text = "POST /attach HTTP/1.1\r\n\r\n" + String(repeating: "x", count: 50_000)
            #expect(try await talk(path, text) == "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "a", count: 500_000))
        }
    }

    @Test("a client that does not read holds the writer back")
    func backPressure() async throws {
        let written = Atomic<Int>(0)
        try await withServer { _ in
            .hijack(status: .ok, headers: [:]) { connection in
                while true {
                    try await connection.write(ByteBuffer(repeating: 1, count: 16 << 10))
                    written.wrappingAdd(16 << 10, ordering: .relaxed)
                }
            }
        } _: { (path) async throws in
            let client = try await RawClient(path, autoRead: false)
            try await client.send("POST /attach HTTP/1.1\r\n\r\n")
            var before = -1
            while before != written.load(ordering: .relaxed) || before == 0 {
                before = written.load(ordering: .relaxed)
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(before < 2 << 20)
            await client.close()
        }
    }
}
