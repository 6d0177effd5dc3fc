import MartletModels

/// The log format of conmon's `k8s-file` driver: `TIME STREAM P|F TEXT`, one entry a line.
///
/// `P` is a part of a line that goes on in the next entry of the same stream. Text that is not of this form is skipped:
/// the file may begin anywhere.
struct OutputParser: Hashable, Sendable {
    /// Longer lines are cut into parts.
    static let lineLimit = 61_440

    private var rest: [UInt8] = []
    private var parts: [OutputLine.Stream: [UInt8]] = [:]

    /// Bytes of an entry whose end has not come yet.
    var pendingBytes: Int { rest.count }

    /// The lines that `bytes` complete, in order.
    mutating func feed(_ bytes: some Collection<UInt8>) -> [OutputLine] {
        rest += bytes
        var lines: [OutputLine] = []
        var start = 0
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if let line = entry(rest[start..<end]) { lines.append(line) }
            start = end + 1
        }
        rest.removeFirst(start)
        return lines
    }

    /// What is left of unfinished lines when no more will come.
    mutating func finish(at now: Timestamp) -> [OutputLine] {
        defer { parts = [:] }
        return [OutputLine.Stream.stdout, .stderr].compactMap { stream in
            parts[stream].flatMap { $0.isEmpty ? nil : OutputLine(stream: stream, bytes: $0, at: now) }
        }
    }

    private mutating func entry(_ bytes: ArraySlice<UInt8>) -> OutputLine? {
        let fields = bytes.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count == 4, let time = Timestamp(rfc3339: String(decoding: fields[0], as: UTF8.self)),
            let stream = OutputLine.Stream(rawValue: String(decoding: fields[1], as: UTF8.self))
        else { return nil }
        let text = parts[stream, default: []] + fields[3]
        let unfinished = fields[2].elementsEqual("P".utf8)
        if unfinished && text.count < Self.lineLimit {
            parts[stream] = text
            return nil
        }
        let kept = text.prefix(Self.lineLimit)
        parts[stream] = unfinished ? Array(text.dropFirst(Self.lineLimit)) : []
        return OutputLine(stream: stream, bytes: Array(kept), at: time)
    }
}

extension Timestamp {
    /// `2026-11-23T21:05:41.411807141+00:00`; any number of digits after the point, `Z` or an offset.
    init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ (48...57).contains($0) }) else {
                return nil
            }
            return bytes[range].reduce(0) { $0 * 10 + Int64($1 - 48) }
        }
        guard bytes.count >= 20, let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var position = 19
        var nanoseconds: Int64 = 0
        if bytes[position] == UInt8(ascii: ".") {
            let digits = bytes[(position + 1)...].prefix { (48...57).contains($0) }
            for index in 0..<9 {
                let digit = index < digits.count ? Int64(digits[digits.startIndex + index] - 48) : 0
                nanoseconds = nanoseconds * 10 + digit
            }
            position += 1 + digits.count
        }
        var offset: Int64 = 0
        if position + 6 == bytes.count, let hours = number(position + 1..<position + 3),
            let minutes = number(position + 4..<position + 6)
        {
            offset = (hours * 60 + minutes) * (bytes[position] == UInt8(ascii: "-") ? -60 : 60)
        } else if bytes[position...] != [UInt8(ascii: "Z")] {
            return nil
        }
        let days = Self.daysSinceEpoch(year, month, day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return nil }
        self.init(nanoseconds: scaled &+ nanoseconds)
    }

    /// Days of the proleptic Gregorian calendar, with years that begin in March so that the leap day comes last.
    private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
