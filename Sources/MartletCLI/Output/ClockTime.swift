import MartletModels

/// A point in time as text, in UTC, without a calendar library.
enum ClockTime {
    /// RFC 3339 with milliseconds, for example `2026-11-23T21:06:07.250Z`.
    static func iso(_ time: Timestamp) -> String {
        let (day, millisecond) = (time.milliseconds / 86_400_000).dayAndRest(time.milliseconds)
        let (year, month, dayOfMonth) = civil(day)
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
        return "\(date)T\(clock(millisecond)).\(padded(millisecond % 1_000, 3))Z"
    }

    /// `21:06:07`.
    static func timeOfDay(_ time: Timestamp) -> String {
        clock((time.milliseconds / 86_400_000).dayAndRest(time.milliseconds).rest)
    }

    private static func clock(_ millisecond: Int64) -> String {
        let seconds = millisecond / 1_000
        return "\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// Days since 1970-01-01 to the Gregorian calendar, by eras of 400 years that begin on 1 March.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension Timestamp {
    fileprivate var milliseconds: Int64 { nanoseconds / 1_000_000 }
}

extension Int64 {
    /// Self as a day number, and what of `total` milliseconds is left of that day; right before 1970, too.
    fileprivate func dayAndRest(_ total: Int64) -> (day: Int64, rest: Int64) {
        let rest = total - self * 86_400_000
        return rest < 0 ? (self - 1, rest + 86_400_000) : (self, rest)
    }
}
