import FoundationEssentials
import MartletModels
import Testing

@testable import MartletCloudController

@Suite("Times as text")
struct TimeTextTests {
    @Test("dates agree with the calendar of the toolchain, over 800 years")
    func calendar() {
        for day in stride(from: -150_000, to: 100_000, by: 37) {
            let seconds = Int64(day) * 86_400 + 12_345
            guard abs(seconds) < 9_000_000_000 else { continue }
            let date = Date(timeIntervalSince1970: Double(seconds))
            #expect(TimeText.rfc3339(Timestamp(nanoseconds: seconds * 1_000_000_000)) == date.formatted(.iso8601))
        }
    }

    @Test("fractions of a second are kept without idle zeros")
    func fractions() {
        #expect(TimeText.epochSeconds(Timestamp(nanoseconds: 1_700_000_000_000_000_000)) == "1700000000.0")
        #expect(TimeText.epochSeconds(Timestamp(nanoseconds: 1_700_000_000_000_000_010)) == "1700000000.00000001")
    }
}
