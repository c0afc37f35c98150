import NIOCore
import Testing

@testable import CRIStreaming

@Suite("Bytes between a connection and its reader", .timeLimit(.minutes(1)))
struct ByteInboxTests {
    @Test("bytes come in order and the end after them")
    func order() async {
        let inbox = ByteInbox(limit: 100)
        await inbox.put(ByteBuffer(string: "a"))
        await inbox.put(ByteBuffer(string: "b"))
        inbox.end()
        await inbox.put(ByteBuffer(string: "c"))
        #expect(await inbox.next() == ByteBuffer(string: "ab"))
        #expect(await inbox.next() == nil)
    }

    @Test("a writer waits when the limit is reached, until somebody reads")
    func limit() async {
        let inbox = ByteInbox(limit: 10)
        await withTaskGroup(of: String.self) { group in
            group.addTask {
                await inbox.put(ByteBuffer(repeating: 1, count: 25))
                return "written"
            }
            while inbox.waiting < 25 { await Task.yield() }
            group.addTask { "\(await inbox.next()?.readableBytes ?? 0)" }
            var seen: Set<String> = []
            for await each in group { seen.insert(each) }
            #expect(seen == ["written", "25"])
        }
        #expect(inbox.waiting == 0)
    }

    @Test("a reader that leaves lets the writer go, and nothing is kept")
    func closed() async {
        let inbox = ByteInbox(limit: 1)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await inbox.put(ByteBuffer(string: "long")) }
            while inbox.waiting == 0 { await Task.yield() }
            inbox.close()
        }
        await inbox.put(ByteBuffer(string: "more"))
        #expect(inbox.waiting == 0)
        #expect(await inbox.next() == nil)
    }

    @Test("a cancelled reader and a cancelled writer return")
    func cancelled() async {
        let inbox = ByteInbox(limit: 1)
        await withTaskGroup(of: ByteBuffer?.self) { group in
            group.addTask { await inbox.next() }
            group.cancelAll()
            #expect(await group.next() == .some(nil))
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await inbox.put(ByteBuffer(string: "long")) }
            while inbox.waiting == 0 { await Task.yield() }
            group.cancelAll()
        }
        #expect(await inbox.next() == ByteBuffer(string: "long"))
    }
}
