@testable import MartletCLI
import MartletModels
import Testing

@Suite("Times as text")
struct TimeTextTests {
    @Test(
        "ages have two units at most",
        arguments: [
            (.milliseconds(300), "now"), (.seconds(-5), "now"), (.seconds(42), "42 s"), (.seconds(300), "5 min"),
            (.seconds(3_600), "1 h"), (.seconds(11_520), "3 h 12 min"), (.seconds(352_800), "4 d 2 h"),
        ] as [(Duration, String)]
    )
    func age(duration: Duration, text: String) { #expect(Age.text(duration) == text) }

    @Test(
        "measurements keep what matters",
        arguments: [
            (.milliseconds(412), "412 ms"), (.milliseconds(9_999), "9999 ms"), (.milliseconds(12_345), "12.3 s"),
            (.seconds(120), "2 min"),
        ] as [(Duration, String)]
    )
    func precise(duration: Duration, text: String) { #expect(Age.precise(duration) == text) }

    @Test(
        "the calendar is right in leap years, at the ends of centuries and before 1970",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"), (1_709_251_199, "2024-02-29T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"), (1_795_467_967, "2026-11-23T21:06:07.000Z"),
        ] as [(Int64, String)]
    )
    func iso(seconds: Int64, text: String) {
        #expect(ClockTime.iso(Timestamp(nanoseconds: seconds * 1_000_000_000)) == text)
    }

    @Test("milliseconds and the time of day")
    func parts() {
        let time = Timestamp(nanoseconds: 1_795_467_967_250_000_000)
        #expect(ClockTime.iso(time) == "2026-11-23T21:06:07.250Z")
        #expect(ClockTime.timeOfDay(time) == "21:06:07")
    }
}
