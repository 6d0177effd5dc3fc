import MartletModels

/// Prints one pass in full, or what one would do.
struct CycleDetails {
    /// Items of each kind that are told unless all are asked for.
    static let rows = 20

    /// As wide as in `martlet lrps`, and an index.
    private static let nameWidth = 30

    let context: CommandContext
    private var isWhole: Bool { context.arguments.isSet("all") }

    func print(_ cycle: CycleReport) {
        let time = ClockTime.iso(Timestamp(nanoseconds: cycle.startedAtNanoseconds))
        context.print("Pass \(cycle.number) at \(time)")
        fact("trigger", cycle.triggers.joined(separator: ", "))
        let seen = cycle.seen
        fact("seen", CycleReport.text(of: seen.instances, none: "no instance out of place"))
        fact("", "\(Count.text(seen.liveCells, "live cell")); events up to \(seen.lastEvent)")
        fact("", "fresh domains: \(seen.freshDomains.isEmpty ? "none" : seen.freshDomains.joined(separator: ", "))")
        if let setAside = seen.setAside, setAside > 0 {
            fact("", "\(setAside) set aside, because no pass can deal with \(setAside == 1 ? "it" : "them")")
        }
        fact("decided", cycle.decidedText)
        let done = cycle.done
        fact(
            "done",
            "\(Count.text(done.applied, "record")) changed, \(Count.text(done.stopsRequested, "stop")) asked for"
        )
        fact("", "\(done.stopping) stopping already, \(Count.text(done.auctionsRequested, "auction")) asked for")
        fact("took", Self.durations(cycle.durations))
        if let braked = cycle.braked { fact("brake", braked + ": martlet convergence release") }
        list("Items", cycle.items, of: cycle.decided.values.reduce(0, +))
        list("Failed", done.failures, of: done.failures.count)
        list("Set aside", cycle.faults ?? [], of: cycle.faults?.count ?? 0)
        list("No event led to these, which is a defect", cycle.missedByEvents, of: cycle.missedTotal)
    }

    func print(_ preview: CyclePreview) {
        guard !preview.decided.isEmpty || preview.braked != nil else {
            return context.print("A pass would find nothing to do now.")
        }
        context.print("A pass would decide now:")
        fact("decided", CycleReport.text(of: preview.decided, none: "nothing"))
        if let braked = preview.braked { fact("brake", braked + ": martlet convergence release") }
        list("Items", preview.items, of: preview.decided.values.reduce(0, +), isPartAsked: true)
    }

    /// - Parameters:
    ///   - total: how many there are; the rest is counted.
    ///   - isPartAsked: the server was asked for a part only, and would tell the rest with `--all`.
    func list(_ title: String, _ items: [String], of total: Int, isPartAsked: Bool = false) {
        guard !items.isEmpty else { return }
        context.print("\(title):")
        let shown = isWhole ? items[...] : items.prefix(Self.rows)
        for item in shown {
            // A whole name is there to be copied, so it is not cut.
            let (text, width) = (text(of: item), Table.width - 4)
            let lines = isWhole ? TextWrap.lines(text, width: width) : TextWrap.broken(text, width: width)
            for (index, line) in lines.enumerated() { context.print((index == 0 ? "  " : "    ") + line) }
        }
        let left = total - shown.count
        guard left > 0 else { return }
        let hint =
            if isPartAsked || (shown.count < items.count && items.count == total) {
                "; --all shows them"
            } else if shown.count < items.count { "; --all shows the first \(items.count)" } else { "" }
        context.print("  and \(left) more\(hint)")
    }

    /// Guids of processes are two of 36 characters; `--all` tells them in full.
    private func text(of item: String) -> String {
        let text = shortDigests(in: item)
        guard !isWhole else { return text }
        return text.split(separator: " ").map { word in
            let name = word.hasSuffix(":") ? word.dropLast() : word
            guard let slash = name.lastIndex(of: "/"), Int(name[slash...].dropFirst()) != nil else {
                return String(word)
            }
            return ShortName.text(String(name), width: Self.nameWidth) + word[name.endIndex...]
        }.joined(separator: " ")
    }

    private func fact(_ name: String, _ text: String) {
        let margin = name + String(repeating: " ", count: max(0, 9 - name.count))
        for (index, line) in TextWrap.broken(text, width: Table.width - 11).enumerated() {
            context.print("  " + (index == 0 ? margin : String(repeating: " ", count: 9)) + line)
        }
    }

    private static func durations(_ durations: CycleReport.Durations) -> String {
        let parts = [("read", durations.read), ("plan", durations.plan), ("apply", durations.apply)]
        let texts = parts.map { "\($0) \(time($1))" }
        return "\(time(durations.total)): \(texts.joined(separator: ", "))"
    }

    /// Milliseconds with one digit when there are few.
    private static func time(_ nanoseconds: Int64) -> String {
        guard nanoseconds < 10_000_000 else { return Age.precise(.nanoseconds(nanoseconds)) }
        return "\(nanoseconds / 1_000_000).\(nanoseconds / 100_000 % 10) ms"
    }
}
