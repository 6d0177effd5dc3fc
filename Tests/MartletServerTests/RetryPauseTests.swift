import Testing

@testable import MartletServer

@Suite("Pauses before trying again")
struct RetryPauseTests {
    @Test("each is twice as long as the one before, up to the longest, until all goes well")
    func doubling() {
        var pause = RetryPause(first: .seconds(5), longest: .seconds(30))
        #expect((0..<5).map { _ in pause.take() } == [5, 10, 20, 30, 30].map { .seconds($0) })
        pause.reset()
        #expect(pause.take() == .seconds(5))
    }
}
