import MartletHTTP

/// Lets what the brake holds back happen: shows it, asks, and says what that was.
struct BrakeRelease {
    let context: CommandContext

    func run() async throws(CommandFailure) -> Int32 {
        let limit = context.wantsJSON || context.arguments.isSet("all") ? nil : CycleDetails.rows
        let preview: CyclePreview = try await context.operatorAPI.get(OperatorPaths.cyclePlan(limit: limit))
        guard let braked = preview.braked else {
            if context.wantsJSON {
                context.print(json: BrakeReleased(released: 0))
            } else {
                context.print("The brake is not on; nothing is held back.")
            }
            return 0
        }
        let count = preview.decided["withheld"] ?? 0
        if !context.wantsJSON {
            TextWrap.lines("The brake is on: \(braked).").forEach { context.print($0) }
            CycleDetails(context: context).list("Held back", preview.withheld, of: count, isPartAsked: true)
        }
        if !context.arguments.isSet("yes") {
            let question = "Stop \(count == 1 ? "this instance" : "these \(count) instances")?"
            guard try context.confirms(question, option: "--yes") else { return 1 }
        }
        let path = OperatorPaths.brakeRelease
        let answer: BrakeReleased = try await context.operatorAPI
            .send(.post, path, [String: String](), headers: context.operatorHeaders)
        if context.wantsJSON {
            context.print(json: answer)
        } else {
            context.print(
                "\(Count.text(answer.released, "instance")) will stop now; martlet convergence --follow shows it."
            )
        }
        return 0
    }
}
