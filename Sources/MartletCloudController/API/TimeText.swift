import MartletModels

/// Times as the API writes them.
enum TimeText {
    /// RFC 3339, UTC, whole seconds: `2024-01-02T03:04:05Z`.
    static func rfc3339(_ time: Timestamp) -> String {
        let (days, second) = time.wholeSeconds.quotientAndRemainderDownwards(86_400)
        let (year, month, day) = date(daysSinceEpoch: days)
        let clock = [second / 3_600, second / 60 % 60, second % 60].map(padded).joined(separator: ":")
        return "\(padded(year, 4))-\(padded(month))-\(padded(day))T\(clock)Z"
    }

    /// Seconds since 1970 with a fraction, as Cloud Controller annotates a desired LRP: `1700000000.25`.
    static func epochSeconds(_ time: Timestamp) -> String {
        let (seconds, rest) = time.nanoseconds.quotientAndRemainderDownwards(1_000_000_000)
        var fraction = padded(rest, 9)[...]
        while fraction.count > 1 && fraction.last == "0" { fraction.removeLast() }
        return "\(seconds).\(fraction)"
    }

    /// Years begin in March, so that the leap day is the last; 400 of them are an era of 146,097 days.
    private static func date(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (daysSinceEpoch + 719_468).quotientAndRemainderDownwards(146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func padded(_ number: Int64) -> String { padded(number, 2) }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Timestamp {
    fileprivate var wholeSeconds: Int64 { nanoseconds.quotientAndRemainderDownwards(1_000_000_000).quotient }
}

extension Int64 {
    /// The remainder is never negative.
    fileprivate func quotientAndRemainderDownwards(_ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
