import MartletCloudController
import MartletHTTP
import MartletModels

/// Tells what clearing `diego_docker` stopped.
struct FlagReporter {
    /// Instances that are told by name unless all are asked for.
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
        guard report.stopped + report.remaining > 0 else { return context.print("Nothing had to stop.") }
        let remaining = report.remaining == 0 ? "" : ", \(report.remaining) remained"
        let cells = Count.text(report.cells, "cell")
        context.print("\(Count.text(report.stopped, "instance")) on \(cells) stopped\(remaining).")
        if report.stopped > 0 {
            let times = [("p50", report.p50Seconds), ("p99", report.p99Seconds), ("max", report.maxSeconds)]
            let texts = times.map { name, seconds in "\(name) " + Self.time(seconds) }
            context.print("From the change of the flag to the end: \(texts.joined(separator: ", ")).")
        }
        context.print(table(report))
        let all = report.stopped + report.remaining
        if report.instances.count < all {
            context.print("The slowest \(report.instances.count) of \(all); --all shows every one.")
        }
    }

    private func table(_ report: FlagReport) -> Table {
        var table = Table([
            .init(title: "INSTANCE"), .init(title: "CELL", shrinksTo: 10),
            .init(title: "STOPPED AFTER", isNumber: true),
        ])
        for instance in report.instances {
            let name = "\(instance.app ?? instance.processGUID)/\(instance.index)"
            table.rows.append([
                Table.Cell(ShortName.text(name, width: 44)), Table.Cell(instance.cellID),
                instance.goneAfterSeconds == nil
                    ? Table.Cell("still there", .yellow) : Table.Cell(Self.time(instance.goneAfterSeconds)),
            ])
        }
        return table
    }

    private static func time(_ seconds: Double?) -> String {
        Age.precise(.milliseconds(Int64((seconds ?? 0) * 1_000)))
    }
}
