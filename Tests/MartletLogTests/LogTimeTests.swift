import Testing

@testable import MartletLog

@Suite("Log time")
struct LogTimeTests {
    @Test(
        "is written in UTC to the millisecond",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999_999_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_007_000_000, "2000-03-01T00:00:00.007Z"),
            (1_709_164_800_000_000_000, "2024-02-29T00:00:00.000Z"),
            (1_735_689_599_042_000_001, "2024-12-31T23:59:59.042Z"),
            (1_735_689_600_000_000_000, "2025-01-01T00:00:00.000Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)]
    )
    func text(nanoseconds: Int64, text: String) {
        #expect(LogTime(nanoseconds: nanoseconds).text == text)
    }
}
