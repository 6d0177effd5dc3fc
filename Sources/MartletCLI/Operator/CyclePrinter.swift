import MartletModels

/// Prints passes one below the other: number, time, trigger, what was decided, done, failed and how long it took; at
/// most 80 columns wide.
struct CyclePrinter {
    private static let columns: [(title: String, width: Int, isNumber: Bool)] = [
        ("PASS", 6, true), ("TIME", 8, false), ("TRIGGER", 16, false), ("DECIDED", 19, false), ("DONE", 5, true),
        ("FAILED", 6, true), ("TOOK", 7, true),
    ]

    let context: CommandContext
    private var day = ""

    init(context: CommandContext) { self.context = context }

    mutating func print(_ cycle: CycleReport) {
        guard !context.wantsJSON else { return context.print(JSONText.line(cycle)) }
        let time = Timestamp(nanoseconds: cycle.startedAtNanoseconds)
        let date = String(ClockTime.iso(time).prefix(10))
        if day.isEmpty { printLine(Self.columns.map { ($0.title, .faint) }) }
        if date != day { context.print(context.style.paint("\(date) UTC", .bold)) }
        day = date
        let failed = cycle.done.failures.count
        let triggers = cycle.triggers.flatMap { TextWrap.broken($0, width: Self.columns[2].width) }
        let decided = Self.broken(cycle.decidedText, width: Self.columns[3].width)
        printLine([
            (String(cycle.number), nil), (ClockTime.timeOfDay(time), nil), (triggers.first ?? "", nil),
            (decided.first ?? "", nil), (String(cycle.itemsDone), nil),
            (String(failed), failed > 0 ? .red : nil),
            (Age.precise(.nanoseconds(cycle.durations.total)), nil),
        ])
        for index in 1..<max(1, triggers.count, decided.count) {
            let trigger = index < triggers.count ? triggers[index] : ""
            printLine([("", nil), ("", nil), (trigger, nil), (index < decided.count ? decided[index] : "", nil)])
        }
        if cycle.braked != nil { remark("the brake is on: martlet convergence \(cycle.number)", .yellow) }
        if let faults = cycle.faults, !faults.isEmpty {
            remark("\(Count.text(faults.count, "fault")): martlet convergence \(cycle.number)", .red)
        }
        if cycle.missedTotal > 0 {
            remark("no event led to \(Count.text(cycle.missedTotal, "item")) of it: a defect", .red)
        }
    }

    /// A kind and its number stay on one line when that is wide enough.
    private static func broken(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        for part in text.split(separator: ", ", omittingEmptySubsequences: true) {
            if let last = lines.last, last.count + 2 + part.count + 1 <= width {
                lines[lines.count - 1] = "\(last), \(part)"
            } else {
                if !lines.isEmpty { lines[lines.count - 1] += "," }
                lines += TextWrap.broken(String(part), width: width - 1)
            }
        }
        return lines
    }

    private func remark(_ text: String, _ colour: Style.Colour) {
        context.print(String(repeating: " ", count: 18) + context.style.paint(text, colour))
    }

    private func printLine(_ cells: [(text: String, colour: Style.Colour?)]) {
        let parts = zip(cells, Self.columns).map { cell, column in
            let padding = String(repeating: " ", count: max(0, column.width - cell.text.count))
            let text = context.style.paint(cell.text, cell.colour)
            return column.isNumber ? padding + text : text + padding
        }
        let line = parts.joined(separator: "  ")
        context.print(String(line.reversed().drop { $0 == " " }.reversed()))
    }
}
