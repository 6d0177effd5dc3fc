import MartletLinux
import MartletModels
import Testing

@Suite("ForwardClock")
struct ForwardClockTests {
    @Test("it tells the wall clock's time, and later times later")
    func wallTime() {
        let clock = ForwardClock()
        let before = SystemClock().now
        let first = clock.now
        let second = clock.now
        #expect(before <= first && first <= second)
        #expect(first <= SystemClock().now)
        #expect(clock.takeForwardStep() == nil)
    }

    @Test("it goes on from a floor that is ahead of the wall clock, and says how far that is")
    func floor() throws {
        let clock = ForwardClock()
        #expect(clock.raise(to: .epoch) == nil)
        let floor = SystemClock().now + .seconds(3_600)
        let behind = try #require(clock.raise(to: floor))
        #expect(behind > .seconds(3_500) && behind <= .seconds(3_600))
        #expect(clock.now >= floor)
        #expect(clock.takeForwardStep() == nil)
    }

    @Test("a sleep ends at its deadline, and at once when that has passed")
    func sleep() async throws {
        let clock = ForwardClock()
        try await clock.sleep(until: clock.now + .seconds(-1), tolerance: nil)
        let deadline = clock.now + .milliseconds(5)
        try await clock.sleep(until: deadline, tolerance: nil)
        #expect(clock.now >= deadline)
    }
}
