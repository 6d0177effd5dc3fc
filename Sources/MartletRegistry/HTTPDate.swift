internal import MartletModels

extension Timestamp {
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7, the form that is sent today).
    init?(httpDate text: String) {
        let words = text.split { $0 == " " || $0 == "," || $0 == ":" }
        guard words.count == 8, words[7] == "GMT", let day = Self.number(words[1]),
            let month = Self.months.firstIndex(of: words[2].lowercased()), let year = Self.number(words[3]),
            let hour = Self.number(words[4]), let minute = Self.number(words[5]), let second = Self.number(words[6])
        else { return nil }
        self.init(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
    }

    /// Reads `2026-11-23T20:50:04.123Z` or with an offset such as `+01:00` (RFC 3339); fractions are dropped.
    init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            "Tt ".utf8.contains(bytes[10]), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return nil }
        func part(_ range: Range<Int>) -> Int? { Self.number(Substring(decoding: bytes[range], as: UTF8.self)) }
        guard let year = part(0..<4), let month = part(5..<7), let day = part(8..<10), let hour = part(11..<13),
            let minute = part(14..<16), let second = part(17..<19),
            let local = Timestamp(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        var zone = bytes[19...]
        if zone.first == UInt8(ascii: ".") { zone = zone.dropFirst().drop(while: \.isDigit) }
        guard let offset = Self.offset(Array(zone)) else { return nil }
        self = local - offset
    }

    private static func offset(_ zone: [UInt8]) -> Duration? {
        if zone == [UInt8(ascii: "Z")] || zone == [UInt8(ascii: "z")] { return .zero }
        guard zone.count == 6, zone[3] == UInt8(ascii: ":"),
            let hours = number(Substring(decoding: zone[1..<3], as: UTF8.self)), hours < 24,
            let minutes = number(Substring(decoding: zone[4..<6], as: UTF8.self)), minutes < 60
        else { return nil }
        switch zone[0] {
        case UInt8(ascii: "+"): return .seconds(hours * 3600 + minutes * 60)
        case UInt8(ascii: "-"): return .seconds(-(hours * 3600 + minutes * 60))
        default: return nil
        }
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.count <= 4 && text.utf8.allSatisfy(\.isDigit) ? Int(text) : nil
    }

    /// A date of the Gregorian calendar in UTC; `nil` when a part is out of range.
    private init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        guard (1970...2200).contains(year), (1...12).contains(month), (1...31).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        // Days since 1970 with the year beginning in March, so that the leap day is its last.
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
        self = .epoch + .seconds(seconds)
    }
}

extension Timestamp {
    fileprivate static func - (left: Timestamp, right: Duration) -> Timestamp { left.advanced(by: .zero - right) }
}
