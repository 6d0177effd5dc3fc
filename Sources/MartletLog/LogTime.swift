import Glibc

/// The time of a log line: UTC, RFC 3339, to the millisecond.
struct LogTime: Sendable {
    /// Since 1970; never negative.
    private let nanoseconds: Int64

    init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// What the real-time clock says. Sinks are outside of the simulated world, so they may ask.
    static func now() -> LogTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// For example `2026-08-21T21:00:29.042Z`.
    var text: String {
        let milliseconds = Int(nanoseconds / 1_000_000)
        let (days, time) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let date = Self.date(daysSince1970: days)
        let clock = "\(two(time / 3_600_000)):\(two(time / 60_000 % 60)):\(two(time / 1000 % 60))"
        let fraction = String(time % 1000 + 1000).dropFirst()
        return "\(date.year)-\(two(date.month))-\(two(date.day))T\(clock).\(fraction)Z"
    }

    /// The Gregorian date. Years are counted from March, so that the leap day is a year's last.
    private static func date(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
        let days = daysSince1970 + 719_468  // Since 1 March of year 0.
        let (era, dayOfEra) = days.quotientAndRemainder(dividingBy: 146_097)  // 400 years.
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153  // 0 is March; five months have 153 days.
        let year = era * 400 + yearOfEra + (month >= 10 ? 1 : 0)
        return (year, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
