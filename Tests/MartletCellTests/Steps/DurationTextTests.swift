import MartletModels
import Testing

@testable import MartletCell

@Suite("Duration as text")
struct DurationTextTests {
    @Test(
        "is Go's",
        arguments: [
            (0, "0s"), (7, "7ns"), (1_500, "1.5µs"), (500_000_000, "500ms"), (1_500_000, "1.5ms"),
            (1_000_000_000, "1s"), (1_500_000_000, "1.5s"), (60_000_000_000, "1m0s"), (60_050_000_000, "1m0.05s"),
            (7_200_000_000_000, "2h0m0s"), (3_725_000_000_000, "1h2m5s"), (-1_500_000_000, "-1.5s"),
        ] as [(Int64, String)]
    )
    func text(nanoseconds: Int64, text: String) {
        #expect(Duration.nanoseconds(nanoseconds).goText == text)
    }

    @Test("is rounded to milliseconds where Diego rounds it")
    func rounds() {
        #expect(Duration.nanoseconds(1_499_999).roundedToMilliseconds == .milliseconds(1))
        #expect(Duration.nanoseconds(1_500_000).roundedToMilliseconds == .milliseconds(2))
    }
}
