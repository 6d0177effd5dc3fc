import MartletHTTP

extension Command {
    static let why = Command(
        CommandSpec(
            "why",
            summary: "say what stands in the way",
            operands: [CommandSpec.Operand("APP|GUID[/INDEX]")],
            options: [.json],
            details: [
                "Follows an instance from the flag over its image, its place and its container to its health, and "
                    + "names the first thing that stands in the way, with the evidence and the time of the next try."
            ]
        )
    ) { context throws(CommandFailure) in
        let path = OperatorPaths.why(context.arguments.operand(0) ?? "")
        let query = context.wantsJSON ? nil : "format=text"
        let text: String
        do throws(CommandFailure) { text = try await context.operatorAPI.text(path, query: query) } catch {
            guard error.status == .notFound else { throw error }
            throw CommandFailure(error.text, nextStep: "martlet apps, or martlet lrps")
        }
        context.terminal.write(text.hasSuffix("\n") ? text : text + "\n")
        return 0
    }
}
