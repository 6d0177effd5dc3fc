import MartletModels
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("LoopClock")
struct LoopClockTests {
    @Test("a simulated clock has no steps, unless it is told how to tell them")
    func steps() {
        #expect(LoopClock(SimulatedClock()).takeForwardStep() == nil)
        let stepping = LoopClock(SimulatedClock()) { .seconds(3_600) }
        #expect(stepping.takeForwardStep() == .seconds(3_600))
    }
}
