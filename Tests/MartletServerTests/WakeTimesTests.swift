import MartletModels
import Testing

@testable import MartletServer

@Suite("Wake times")
struct WakeTimesTests {
    private func at(_ seconds: Int) -> Timestamp { .epoch + .seconds(seconds) }

    @Test("a new task sleeps only when it has to wake before all others")
    func sleepers() {
        var wakes = WakeTimes()
        #expect(wakes.newSleeper() == nil)
        wakes.want(.interval, at: at(30))
        #expect(wakes.newSleeper() == at(30))
        wakes.want(.interval, at: at(40))
        #expect(wakes.newSleeper() == nil)
        wakes.want(.due, at: at(10))
        #expect(wakes.newSleeper() == at(10))
    }

    @Test("one that wakes in time starts a pass, one that wakes too early sleeps on or ends")
    func fires() {
        var wakes = WakeTimes()
        wakes.want(.interval, at: at(30))
        _ = wakes.newSleeper()
        wakes.want(.due, at: at(10))
        _ = wakes.newSleeper()
        #expect(wakes.fired(at(10), now: at(10)) == .triggers([.due]))
        wakes.want(.interval, at: at(41))
        #expect(wakes.newSleeper() == nil)
        #expect(wakes.fired(at(30), now: at(30)) == .sleep(until: at(41)))
        #expect(wakes.fired(at(41), now: at(42)) == .triggers([.interval]))
        #expect(wakes.fired(at(41), now: at(42)) == .end)
    }
}
