import MartletCloudController
import MartletHTTP
import MartletModels

/// Turns `diego_docker` off: preview, question, change, progress, report.
struct DockerStop {
    let context: CommandContext
    private static let interval: Duration = .milliseconds(200)
    /// What is given to the instances beyond the expected time, before the command gives up waiting.
    private static let patience: Duration = .seconds(60)

    func run() async throws(CommandFailure) -> Int32 {
        let plan: FlagPlan = try await context.operatorAPI.get(OperatorPaths.flagPlan)
        let isJSON = context.wantsJSON
        if context.arguments.isSet("plan") {
            if isJSON { context.print(json: FlagPlanOutput(plan)) } else { show(plan) }
            return 0
        }
        if !plan.enabled && plan.instances == 0 {
            if isJSON {
                context.print(json: FlagPlanOutput(plan))
            } else {
                context.print("diego_docker is disabled already.")
            }
            return 0
        }
        if !isJSON { show(plan) }
        if !context.arguments.isSet("yes") && plan.enabled && plan.instances > 0 {
            guard try context.confirms("Disable diego_docker?", option: "--yes") else { return 1 }
        }
        let _: FeatureFlagResource = try await context.operatorAPI
            .send(.patch, OperatorPaths.flag("diego_docker"), FeatureFlagPatch(enabled: false))
        let report = try await wait(plan)
        if isJSON { context.print(json: FlagReportOutput(report)) } else { show(report) }
        return 0
    }

    /// Polls the report until nothing remains.
    private func wait(_ plan: FlagPlan) async throws(CommandFailure) -> FlagReport {
        let began = context.now()
        let deadline = Duration.seconds(plan.expectedSeconds) + Self.patience
        var shown = -1
        // A flag that was off before has no change behind the plan's last event; then the last change counts.
        let path = OperatorPaths.flagReport(since: plan.enabled ? plan.lastEvent : nil)
        while true {
            let report: FlagReport = try await context.operatorAPI.get(path)
            if report.stopped != shown && !context.wantsJSON && report.stopped + report.remaining > 0 {
                context.print("\(report.stopped) of \(report.stopped + report.remaining) stopped")
            }
            shown = report.stopped
            if report.remaining == 0 { return report }
            guard context.now() - began < deadline, !Task.isCancelled else { throw overdue(report, began) }
            await context.sleep(Self.interval)
        }
    }

    private func overdue(_ report: FlagReport, _ began: Timestamp) -> CommandFailure {
        let left = report.instances.filter { $0.goneAfterSeconds == nil }
        let names = left.prefix(5).map { "\($0.processGUID)/\($0.index) on \($0.cellID)" }
        let list = names.joined(separator: ", ") + (left.count > names.count ? " and others" : "")
        return CommandFailure(
            "diego_docker is disabled, but after \(Age.text(context.now() - began)) these still run: \(list)",
            nextStep: "martlet cells"
        )
    }

    private func show(_ plan: FlagPlan) {
        guard plan.instances > 0 else {
            return context.print("No process from a pushed image runs; nothing stops.")
        }
        context.print(
            "This stops \(Count.text(plan.instances, "instance")) on \(Count.text(plan.cells.count, "cell")), "
                + "within about \(plan.expectedSeconds) s:"
        )
        var table = Table([
            .init(title: "APP", shrinksTo: 16), .init(title: "STOPS", isNumber: true),
            .init(title: "DESIRED, KEPT", isNumber: true),
        ])
        for app in plan.apps where app.runningInstances > 0 {
            table.rows.append([
                Table.Cell(app.name ?? app.processGUID), Table.Cell(String(app.runningInstances)),
                Table.Cell(String(app.desiredInstances)),
            ])
        }
        context.print(table)
    }

    private func show(_ report: FlagReport) {
        guard report.stopped > 0 else { return context.print("diego_docker is disabled; nothing had to stop.") }
        let times = [("p50", report.p50Seconds), ("p99", report.p99Seconds), ("max", report.maxSeconds)]
        let texts = times.map { name, seconds in
            "\(name) " + Age.precise(.milliseconds(Int64((seconds ?? 0) * 1_000)))
        }
        let cells = Set(report.instances.map(\.cellID)).count
        context.print(
            "diego_docker is disabled. \(Count.text(report.stopped, "instance")) on \(Count.text(cells, "cell")) "
                + "stopped."
        )
        context.print("From the change of the flag to the end: \(texts.joined(separator: ", ")).")
        context.print("What is desired is kept: martlet feature-flags enable diego_docker.")
    }
}
