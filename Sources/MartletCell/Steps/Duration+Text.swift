import MartletModels

extension Duration {
    /// As Go prints it, for example `500ms`, `1.5s` or `1m0.05s`: texts that tests of other platforms match on.
    var goText: String {
        let total = nanoseconds
        let magnitude = total.magnitude
        let sign = total < 0 ? "-" : ""
        switch magnitude {
        case 0: return "0s"
        case ..<1_000: return "\(sign)\(magnitude)ns"
        case ..<1_000_000: return sign + Self.decimal(magnitude, unit: 1_000) + "µs"
        case ..<1_000_000_000: return sign + Self.decimal(magnitude, unit: 1_000_000) + "ms"
        default: break
        }
        let (minutes, rest) = magnitude.quotientAndRemainder(dividingBy: 60_000_000_000)
        let seconds = Self.decimal(rest, unit: 1_000_000_000) + "s"
        if minutes == 0 { return sign + seconds }
        let (hours, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        return sign + (hours == 0 ? "" : "\(hours)h") + "\(minute)m" + seconds
    }

    /// To the nearest millisecond.
    var roundedToMilliseconds: Duration {
        .milliseconds((nanoseconds + (nanoseconds < 0 ? -500_000 : 500_000)) / 1_000_000)
    }

    private static func decimal(_ value: UInt64, unit: UInt64) -> String {
        let (whole, rest) = value.quotientAndRemainder(dividingBy: unit)
        guard rest != 0 else { return String(whole) }
        let padded = String(rest + unit).dropFirst()
        let digits = padded.reversed().drop { $0 == "0" }.reversed()
        return "\(whole).\(String(digits))"
    }
}
