import MartletLinux
import Testing

@testable import MartletCell

@Suite("Latch, stop signal and limit")
struct LatchTests {
    @Test("everybody gets the first value, also who comes late")
    func latch() async {
        let latch = Latch<Int>()
        async let early = latch.wait()
        latch.finish(1)
        latch.finish(2)
        #expect(await early == 1)
        #expect(await latch.wait() == 1)
    }

    @Test("a cancelled wait ends without a value")
    func cancelled() async {
        let latch = Latch<Int>()
        let result = await withTaskGroup(of: Int?.self) { tasks in
            tasks.addTask { await latch.wait() }
            tasks.cancelAll()
            return await tasks.next()
        }
        #expect(result == .some(nil))
    }

    @Test("a stop reaches the signals below, and not those above")
    func stops() {
        let root = StopSignal()
        let left = root.child()
        let right = root.child()
        left.set()
        #expect([root.isSet, left.isSet, right.isSet] == [false, true, false])
        root.set()
        #expect(right.isSet)
        #expect(root.child().isSet)
    }

    @Test("never more at a time than the limit, and everybody has a turn")
    func limit() async {
        let limit = AsyncLimit(3)
        let inside = Locked((now: 0, most: 0, total: 0))
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<50 {
                tasks.addTask {
                    await limit.run {
                        inside.withLock { inside in
                            inside.now += 1
                            inside.most = max(inside.most, inside.now)
                        }
                        await Task.yield()
                        inside.withLock { inside in
                            inside.now -= 1
                            inside.total += 1
                        }
                    }
                }
            }
        }
        #expect(inside.withLock { $0.total } == 50)
        #expect(inside.withLock { $0.most } <= 3)
    }
}
