import Core
import Testing

@Suite struct LatchTests {
    @Test("everybody who waits gets the first value, early or late")
    func value() async {
        let latch = Latch<Int>()
        let answers = await withTaskGroup(of: Int?.self) { group in
            for _ in 1...3 { group.addTask { await latch.wait() } }
            latch.set(4)
            latch.set(5)
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(answers == [4, 4, 4])
        #expect(await latch.wait() == 4)
        #expect(latch.value == 4)
    }

    @Test("a cancelled waiter gets nil at once")
    func cancelled() async {
        let latch = Latch<Int>()
        let answer = await withTaskGroup(of: Int?.self) { group in
            group.addTask { await latch.wait() }
            group.cancelAll()
            return await group.next() ?? 1
        }
        #expect(answer == nil)
        #expect(latch.value == nil)
    }
}
