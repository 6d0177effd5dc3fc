import MartletBBSAPI
import MartletModels

/// Prints events as they come: number, time, what it is about, what happened; at most 80 columns wide.
struct EventPrinter {
    private static let subjectWidth = 22
    private static let numberWidth = 7

    let context: CommandContext
    private var day = ""

    init(context: CommandContext) { self.context = context }

    mutating func print(_ record: EventRecord) {
        guard !context.wantsJSON else { return context.print(JSONText.line(EventOutput(record))) }
        let time = Timestamp(nanoseconds: record.atNanoseconds)
        let (date, clock) = (String(ClockTime.iso(time).prefix(10)), ClockTime.timeOfDay(time))
        if date != day { context.print(context.style.paint("\(date) UTC", .bold)) }
        day = date
        let number = String(record.number)
        let margin = String(repeating: " ", count: max(0, Self.numberWidth - number.count)) + number
        let subject = ShortName.text(record.subject, width: Self.subjectWidth)
        let indent = String(repeating: " ", count: Self.numberWidth + 2 + clock.count + 2 + Self.subjectWidth + 2)
        let lines = TextWrap.broken(shortDigests(in: record.text), width: Table.width - indent.count)
        let padding = String(repeating: " ", count: Self.subjectWidth - subject.count)
        let first = "\(context.style.paint(margin, .faint))  \(clock)  \(subject)\(padding)  \(lines.first ?? "")"
        context.print(first)
        for line in lines.dropFirst() { context.print(indent + line) }
    }
}

/// An event for `--json`.
struct EventOutput: Encodable {
    var number: Int64
    var time: String
    var kind: String
    var subject: String
    var text: String
    var processGuid: String?
    var index: Int?
    var instanceGuid: String?
    var cellId: String?
    var by: String?

    init(_ record: EventRecord) {
        number = record.number
        time = ClockTime.iso(Timestamp(nanoseconds: record.atNanoseconds))
        (kind, subject, text) = (record.kind, record.subject, record.text)
        (processGuid, index) = (record.processGUID, record.index)
        (instanceGuid, cellId, by) = (record.instanceGUID, record.cellID, record.by)
    }
}
