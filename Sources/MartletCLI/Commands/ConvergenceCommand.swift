import MartletHTTP
import MartletModels

extension Command {
    static let convergence = Command(
        CommandSpec(
            "convergence",
            summary: "show what the passes decided and did",
            operands: [CommandSpec.Operand("NUMBER|plan|run|release", isRequired: false)],
            options: [
                .init("follow", short: "f", help: "go on until interrupted"),
                .init("last", short: "n", value: "N", help: "begin N passes ago; 20, at most 1000"),
                .init("all", help: "tell every item, with whole names"),
                .init("yes", short: "y", help: "release without asking"), .json,
            ],
            details: [
                "Convergence makes what runs agree with what is desired: after every change at once, and every 30 "
                    + "seconds over everything. Passes that find something are kept; with NUMBER one of them is told in "
                    + "full. plan says what a pass would do now, and does nothing; run makes one, and tells what it did.",
                "The brake holds back stops that nobody decided when they are too many at once. release lets those that "
                    + "it holds back now happen. With --json and --follow every line is one pass.",
            ]
        )
    ) { context throws(CommandFailure) in
        switch context.arguments.operand(0) {
        case nil: return try await listCycles(context)
        case "plan": return try await previewCycle(context)
        case "run": return try await runCycle(context)
        case "release": return try await BrakeRelease(context: context).run()
        case let text?:
            guard let number = Int64(text), number > 0 else {
                let known = "it is the number of a pass, plan, run or release, not \(text)"
                throw CommandFailure(.invalid(known, command: "convergence"))
            }
            return try await showCycle(number, context)
        }
    }

    private static func listCycles(_ context: CommandContext) async throws(CommandFailure) -> Int32 {
        let last = try context.number("last") ?? 20
        let page: CyclePage = try await context.operatorAPI.get(OperatorPaths.cycles(last: last))
        let follows = context.arguments.isSet("follow")
        guard !context.wantsJSON || follows else {
            context.print(json: page.cycles)
            return 0
        }
        var printer = CyclePrinter(context: context)
        for cycle in page.cycles { printer.print(cycle) }
        if !follows {
            if !context.wantsJSON { context.print(summary(page, at: context.now())) }
            return 0
        }
        try await context.follow(behind: page.cycles.last?.number ?? 0) { (number) throws(CommandFailure) in
            try await context.operatorAPI.stream(CycleReport.self, OperatorPaths.cycleStream, after: number)
        } show: { cycle in
            printer.print(cycle)
            return cycle.number
        }
        return 0
    }

    private static func summary(_ page: CyclePage, at now: Timestamp) -> String {
        guard let last = page.lastPass else { return "No pass yet." }
        let age = Age.text(now - Timestamp(nanoseconds: last.startedAtNanoseconds))
        let when = age == "now" ? "just now" : "\(age) ago"
        let isListed = page.cycles.last?.number == last.number
        return "The last pass, \(last.number), was \(when)" + (isListed ? "." : " and found nothing to do.")
    }

    private static func showCycle(_ number: Int64, _ context: CommandContext) async throws(CommandFailure) -> Int32 {
        let cycle: CycleReport = try await context.operatorAPI.get(OperatorPaths.cycle(number))
        if context.wantsJSON { context.print(json: cycle) } else { CycleDetails(context: context).print(cycle) }
        return 0
    }

    private static func runCycle(_ context: CommandContext) async throws(CommandFailure) -> Int32 {
        let cycle: CycleReport = try await context.operatorAPI
            .send(.post, OperatorPaths.cycleRun, [String: String](), headers: context.operatorHeaders)
        if context.wantsJSON { context.print(json: cycle) } else { CycleDetails(context: context).print(cycle) }
        return 0
    }

    private static func previewCycle(_ context: CommandContext) async throws(CommandFailure) -> Int32 {
        let limit = context.wantsJSON || context.arguments.isSet("all") ? nil : CycleDetails.rows
        let preview: CyclePreview = try await context.operatorAPI.get(OperatorPaths.cyclePlan(limit: limit))
        if context.wantsJSON { context.print(json: preview) } else { CycleDetails(context: context).print(preview) }
        return 0
    }
}
