import MartletCloudController
import MartletHTTP
import MartletModels

/// Turns `diego_docker` off: preview, question, change, progress, report.
struct DockerStop {
    let context: CommandContext
    private static let interval: Duration = .milliseconds(200)
    /// What is given to the instances beyond the expected time, before the command gives up waiting.
    private static let patience: Duration = .seconds(60)
    /// Apps that are told by name unless all are asked for.
    private static let rows = 20

    private var isJSON: Bool { context.wantsJSON }

    func run() async throws(CommandFailure) -> Int32 {
        var plan = try await self.plan()
        if context.arguments.isSet("plan") {
            if isJSON { context.print(json: FlagPlanOutput(plan)) } else { show(plan, withToken: true) }
            return 0
        }
        let token = context.arguments.value("token")
        if !plan.enabled && plan.stops == 0 && token == nil {
            if isJSON { context.print(json: FlagPlanOutput(plan)) } else { show(plan) }
            return 0
        }
        if let token {
            // Nobody is asked, so what stops is told once it is sure that it does.
            try await change(token)
            if !isJSON { show(plan) }
        } else {
            if !isJSON { show(plan) }
            guard let agreed = try await changeWhatIsAgreed(plan) else { return 1 }
            plan = agreed
        }
        let report = try await wait(plan)
        if isJSON {
            context.print(json: FlagReportOutput(report))
        } else if report.enabledAgainAt != nil {
            context.print("diego_docker is enabled again: somebody else has set it meanwhile.")
            FlagReporter(context: context).show(report)
        } else {
            context.print("diego_docker is disabled.")
            FlagReporter(context: context).show(report)
            context.print("What is desired is kept: martlet feature-flags enable diego_docker.")
        }
        return 0
    }

    private func plan() async throws(CommandFailure) -> FlagPlan {
        let limit = isJSON || context.arguments.isSet("all") ? nil : Self.rows
        return try await context.operatorAPI.get(OperatorPaths.flagPlan(limit: limit))
    }

    /// Asks until what was agreed to is what happens; not at all when nobody has to agree.
    ///
    /// - Returns: the plan that was agreed to; `nil` when there was none.
    private func changeWhatIsAgreed(_ first: FlagPlan) async throws(CommandFailure) -> FlagPlan? {
        guard first.enabled, first.stops > 0, !context.arguments.isSet("yes") else {
            try await change(nil)
            return first
        }
        var plan = first
        while true {
            guard try context.confirms("Disable diego_docker?", option: "--yes") else { return nil }
            do throws(CommandFailure) {
                try await change(plan.token)
                return plan
            } catch {
                guard error.status == .conflict else { throw error }
                plan = try await self.plan()
                guard plan.enabled else { throw error }
                context.print("What would stop has changed meanwhile, so nothing was done. Now:")
                show(plan)
            }
        }
    }

    /// - Parameter token: of the plan that was agreed to; `nil` for whatever there is.
    private func change(_ token: String?) async throws(CommandFailure) {
        var headers = context.operatorHeaders
        headers["X-Martlet-Plan"] = token
        let _: FeatureFlagResource = try await context.operatorAPI
            .send(.patch, OperatorPaths.flag("diego_docker"), FeatureFlagPatch(enabled: false), headers: headers)
    }

    /// Polls until nothing remains, or somebody sets the flag again.
    private func wait(_ plan: FlagPlan) async throws(CommandFailure) -> FlagReport {
        let began = context.now()
        let deadline = Duration.seconds(plan.expectedSeconds) + Self.patience
        // A flag that was off before has no change behind the plan's last event; then the last change counts.
        let since = plan.enabled ? plan.lastEvent : nil
        let reporter = FlagReporter(context: context)
        var shown = ShownProgress(total: plan.stops)
        while true {
            let progress: FlagProgress = try await context.operatorAPI.get(OperatorPaths.flagProgress)
            let running = progress.running + progress.tasks
            if let line = shown.line(running: running, at: context.now()), !isJSON { context.print(line) }
            if running == 0 || progress.enabled {
                // Instances of what was deleted meanwhile are only in the report.
                let report = try await reporter.report(since: since)
                if report.remaining + report.tasks.remaining == 0 || report.enabledAgainAt != nil { return report }
            }
            guard context.now() - began < deadline, !Task.isCancelled else {
                throw overdue(try await reporter.report(since: since), began)
            }
            await context.sleep(Self.interval)
        }
    }

    private func overdue(_ report: FlagReport, _ began: Timestamp) -> CommandFailure {
        let left = report.instances.filter { $0.goneAfterSeconds == nil }
        let tasks = report.tasks.list.filter { $0.goneAfterSeconds == nil }
        let names =
            (left.map { "\($0.app ?? $0.processGUID)/\($0.index) on \($0.cellID)" }
            + tasks.map { "task \($0.guid) on \($0.cellID)" }).prefix(5)
        let more = report.remaining + report.tasks.remaining - names.count
        let list = names.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
        return CommandFailure(
            "diego_docker is disabled, but after \(Age.text(context.now() - began)) these still run: \(list)",
            nextStep: "martlet cells"
        )
    }

    private func show(_ plan: FlagPlan, withToken: Bool = false) {
        guard plan.enabled else {
            let rest = plan.stops > 0 ? "; \(plan.stopsText) still to stop" : ""
            return context.print("diego_docker is disabled already\(rest).")
        }
        if plan.stops == 0 {
            context.print("No process from a pushed image runs; nothing stops.")
        } else {
            showStops(plan)
        }
        if plan.waiting > 0 {
            let what = Count.text(plan.waiting, "crashed instance")
            context.print("\(what), waiting for the next try, will not be started again.")
        }
        if plan.waitingTasks > 0 {
            let (what, verb) = (Count.text(plan.waitingTasks, "task"), plan.waitingTasks == 1 ? "waits" : "wait")
            let text =
                "\(what) that \(verb) for a cell will wait until the flag is enabled again; what waits too long fails."
            TextWrap.lines(text).forEach { context.print($0) }
        }
        guard withToken else { return }
        context.print("To do this, or nothing if something else would stop by then:")
        context.print("  martlet feature-flags disable diego_docker --token \(plan.token)")
    }

    private func showStops(_ plan: FlagPlan) {
        context.print(
            "This stops \(plan.stopsText) on \(Count.text(plan.cells.count, "cell")), "
                + "within about \(plan.expectedSeconds) s:"
        )
        if plan.instances > 0 { showApps(plan) }
        showTasks(plan)
    }

    private func showTasks(_ plan: FlagPlan) {
        guard plan.tasks > 0 else { return }
        let left = plan.tasks - plan.taskGUIDs.count
        let names = plan.taskGUIDs.joined(separator: ", ") + (left > 0 ? " and \(left) more; --all shows them" : "")
        let verb = plan.tasks == 1 ? "Task that fails and is" : "Tasks that fail and are"
        TextWrap.lines("\(verb) not run again: \(names).").forEach { context.print($0) }
    }

    private func showApps(_ plan: FlagPlan) {
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
        let left = plan.stoppingApps - table.rows.count
        if left > 0 { context.print("And \(Count.text(left, "more app")); --all shows them.") }
    }
}

extension FlagPlan {
    /// Instances and tasks.
    fileprivate var stops: Int { instances + tasks }

    fileprivate var stopsText: String {
        [(instances, "instance"), (tasks, "task")].filter { $0.0 > 0 }.map { Count.text($0, $1) }
            .joined(separator: " and ")
    }
}

/// What of the progress is worth a line: each step of few instances, every twentieth or second of many.
private struct ShownProgress {
    private var total: Int
    private var stopped: Int?
    private var at = Timestamp.epoch

    init(total: Int) { self.total = total }

    mutating func line(running: Int, at now: Timestamp) -> String? {
        // More than were planned, when some began in the last moment.
        total = max(total, running)
        let count = total - running
        guard total > 0, count != stopped else { return nil }
        let isLarge = stopped.map { (count - $0) * 20 >= total } ?? true
        guard isLarge || running == 0 || now - at >= .seconds(1) else { return nil }
        (stopped, at) = (count, now)
        return "\(count) of \(total) stopped"
    }
}
