import Core
import Faults
import NIOCore
import Testing

@Suite struct OutputQueueTests {
    private func chunk(_ text: String) -> OutputChunk { OutputChunk(stream: .stdout, bytes: ByteBuffer(string: text)) }

    @Test("what was pushed is read in order, then the end when every source has ended")
    func order() async throws {
        let queue = OutputQueue(sources: 2)
        queue.push(chunk("a"))
        queue.sourceEnded()
        queue.push(chunk("b"))
        queue.sourceEnded()
        var read = ""
        while let next = try await queue.next(demand: {}) { read += String(buffer: next.bytes) }
        #expect(read == "ab")
        #expect(try await queue.next(demand: {}) == nil)
    }

    @Test("sources are asked only when the reader has to wait")
    func demand() async throws {
        let queue = OutputQueue(sources: 1)
        queue.push(chunk("a"))
        _ = try await queue.next { Issue.record("asked although there was something") }
        // Asked, the source answers at once.
        let next = try await queue.next { queue.push(chunk("b")) }
        #expect(next.map { String(buffer: $0.bytes) } == "b")
        #expect(queue.waiting == 0)
    }

    @Test("a cancelled read loses nothing")
    func cancelled() async throws {
        let queue = OutputQueue(sources: 1)
        let error = await withTaskGroup(of: OxbowError?.self) { group in
            group.addTask {
                do throws(OxbowError) {
                    _ = try await queue.next(demand: {})
                    return nil
                } catch { return error }
            }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error?.kind == .cancelled)
        queue.push(chunk("a"))
        #expect(try await queue.next(demand: {}).map { String(buffer: $0.bytes) } == "a")
    }

    @Test("a closed queue drops what is left and takes nothing more")
    func closed() async throws {
        let queue = OutputQueue(sources: 1)
        queue.push(chunk("a"))
        queue.close()
        queue.push(chunk("b"))
        #expect(try await queue.next(demand: {}) == nil)
        #expect(queue.waiting == 0)
    }
}
