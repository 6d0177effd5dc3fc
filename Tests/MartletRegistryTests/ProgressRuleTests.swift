import MartletModels
import Testing

@testable import MartletRegistry

@Suite("When to stop resuming")
struct ProgressRuleTests {
    @Test(
        "two breaks with little between them are hopeless",
        arguments: [
            ([(0, 0), (100, 1)], [true, false]), ([(0, 0), (1 << 20, 1)], [true, true]),
            ([(5, 0), (5, 60)], [true, true]), ([(5, 0), (5, 59)], [true, false]),
            ([(0, 0), (2 << 20, 1), (2 << 20 | 1, 2)], [true, true, false]),
        ] as [([(Int64, Int)], [Bool])]
    )
    func rule(breaks: [(Int64, Int)], expected: [Bool]) {
        var rule = ProgressRule()
        #expect(breaks.map { rule.mayResume(at: $0.0, now: .epoch + .seconds($0.1)) } == expected)
    }
}
