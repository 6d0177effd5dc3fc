import MartletCloudController
import MartletHTTP
import MartletModels

/// Tells what clearing `diego_docker` stopped.
struct FlagReporter {
    /// Instances, and tasks, that are told by name unless all are asked for.
    static let rows = 10

    let context: CommandContext

    private var limit: Int? { context.wantsJSON || context.arguments.isSet("all") ? nil : Self.rows }

    /// Of the last time that it was cleared.
    func run() async throws(CommandFailure) -> Int32 {
        let report = try await report(since: nil)
        guard !context.wantsJSON else {
            context.print(json: FlagReportOutput(report))
            return 0
        }
        let by = report.changedBy.isEmpty ? "" : " by \(report.changedBy)"
        let again = report.enabledAgainAt.map { ", and enabled again at \($0)" } ?? ""
        TextWrap.lines("diego_docker was disabled at \(report.changedAt)\(by)\(again).").forEach { context.print($0) }
        show(report)
        return 0
    }

    func report(since event: Int64?) async throws(CommandFailure) -> FlagReport {
        try await context.operatorAPI.get(OperatorPaths.flagReport(since: event, limit: limit))
    }

    func show(_ report: FlagReport) {
        if let first = report.isMissingBefore {
            let text = "Events before \(first) have been deleted: what stopped before that is not told here."
            TextWrap.lines(text).forEach { context.print($0) }
        }
        let sections = [instances(report), tasks(report.tasks)].filter { $0.stopped + $0.remaining > 0 }
        guard !sections.isEmpty else { return context.print("Nothing had to stop.") }
        for section in sections { show(section) }
    }

    /// What there is to say of one kind of thing that stopped.
    private struct Section {
        var noun: String
        var cells: Int
        var stopped: Int
        var remaining: Int
        /// p50, p99 and the longest.
        var times: [Double?]
        var rows: [(name: String, cell: String, seconds: Double?)]
    }

    private func instances(_ report: FlagReport) -> Section {
        Section(
            noun: "instance",
            cells: report.cells,
            stopped: report.stopped,
            remaining: report.remaining,
            times: [report.p50Seconds, report.p99Seconds, report.maxSeconds],
            rows: report.instances.map { instance in
                let name = "\(instance.app ?? instance.processGUID)/\(instance.index)"
                return (name, instance.cellID, instance.goneAfterSeconds)
            }
        )
    }

    private func tasks(_ tasks: FlagReport.Tasks) -> Section {
        Section(
            noun: "task",
            cells: tasks.cells,
            stopped: tasks.stopped,
            remaining: tasks.remaining,
            times: [tasks.p50Seconds, tasks.p99Seconds, tasks.maxSeconds],
            rows: tasks.list.map { ($0.guid, $0.cellID, $0.goneAfterSeconds) }
        )
    }

    private func show(_ section: Section) {
        let remaining = section.remaining == 0 ? "" : ", \(section.remaining) remained"
        let cells = Count.text(section.cells, "cell")
        context.print("\(Count.text(section.stopped, section.noun)) on \(cells) stopped\(remaining).")
        if section.stopped > 0 {
            let texts = zip(["p50", "p99", "max"], section.times).map { name, seconds in "\(name) " + Self.time(seconds)
            }
            context.print("From the change of the flag to the end: \(texts.joined(separator: ", ")).")
        }
        var table = Table([
            .init(title: section.noun.uppercased()), .init(title: "CELL", shrinksTo: 10),
            .init(title: "STOPPED AFTER", isNumber: true),
        ])
        for row in section.rows {
            table.rows.append([
                Table.Cell(ShortName.text(row.name, width: 44)), Table.Cell(row.cell),
                row.seconds == nil ? Table.Cell("still there", .yellow) : Table.Cell(Self.time(row.seconds)),
            ])
        }
        context.print(table)
        let all = section.stopped + section.remaining
        if section.rows.count < all {
            context.print("The slowest \(section.rows.count) of \(all); --all shows every one.")
        }
    }

    private static func time(_ seconds: Double?) -> String {
        Age.precise(.milliseconds(Int64((seconds ?? 0) * 1_000)))
    }
}
