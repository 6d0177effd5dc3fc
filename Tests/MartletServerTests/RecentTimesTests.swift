import MartletModels
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Recent times")
struct RecentTimesTests {
    private func at(_ seconds: Int) -> Timestamp { .epoch + .seconds(seconds) }

    @Test("a time is known for at least as long as it is to be kept, and at most twice that")
    func keeps() {
        var times = RecentTimes<Int>(keptFor: .seconds(10))
        times.note(1, at: at(0))
        times.note(2, at: at(9))
        times.expire(at: at(19))
        #expect(times[1] == at(0) && times[2] == at(9))
        times.expire(at: at(29))
        #expect(times[1] == nil && times[2] == nil)
        #expect(times.count == 0)
    }

    @Test("the newest time counts, and what is forgotten is forgotten in every generation")
    func newest() {
        var times = RecentTimes<Int>(keptFor: .seconds(10))
        times.note(1, at: at(0))
        times.note(1, at: at(12))
        #expect(times[1] == at(12))
        times.forget(1)
        #expect(times[1] == nil)
    }

    @Test("never too short and never too long, at any times", arguments: UInt64(1)...50)
    func property(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var times = RecentTimes<Int>(keptFor: .seconds(10))
        var newest: [Int: Timestamp] = [:]
        var now = at(0)
        for _ in 0..<200 {
            now = now + .seconds(Int.random(in: 0...6, using: &random))
            let key = Int.random(in: 0...4, using: &random)
            if Bool.random(using: &random) {
                times.note(key, at: now)
                newest[key] = now
            } else {
                times.expire(at: now)
            }
            for (key, time) in newest where now - time < .seconds(10) { #expect(times[key] == time) }
            if let known = times[key] { #expect(known == newest[key]) }
        }
    }
}
