import MartletCloudController
import MartletHTTP
import MartletModels

extension Command {
    static let apps = Command(
        CommandSpec("apps", summary: "list what is pushed", options: [.json])
    ) { context throws(CommandFailure) in
        let list: AppList = try await context.operatorAPI.get(OperatorPaths.apps)
        AppReport(context: context).print(list.apps)
        return 0
    }

    static let app = Command(
        CommandSpec(
            "app",
            summary: "show one app and where its instances answer",
            operands: [CommandSpec.Operand("NAME")],
            options: [.json]
        )
    ) { context throws(CommandFailure) in
        let name = context.arguments.operand(0) ?? ""
        AppReport(context: context).print(try await context.app(name))
        return 0
    }

    static let scale = Command(
        CommandSpec(
            "scale",
            summary: "run more or fewer instances",
            operands: [CommandSpec.Operand("NAME")],
            options: [
                .init("instances", short: "i", value: "N", help: "how many"),
                .init("no-wait", help: "return when it is written down"), .json,
            ],
            details: ["Waits until as many instances run. With 0 the app stays, and nothing of it runs."]
        )
    ) { context throws(CommandFailure) in
        let name = context.arguments.operand(0) ?? ""
        guard let instances = try context.number("instances") else {
            throw CommandFailure(.invalid("--instances N is missing", command: "scale"))
        }
        _ = try await context.app(name)
        let scaled: AppResource = try await context.operatorAPI
            .send(.patch, OperatorPaths.app(name), ScaleRequest(instances: instances))
        return try await finish(scaled, deadline: .seconds(120), context)
    }

    static let delete = Command(
        CommandSpec(
            "delete",
            summary: "stop an app and forget it",
            operands: [CommandSpec.Operand("NAME")],
            options: [.init("force", short: "f", help: "do not ask; fine if there is no such app")]
        )
    ) { context throws(CommandFailure) in
        let name = context.arguments.operand(0) ?? ""
        let isForced = context.arguments.isSet("force")
        guard let app = try await context.operatorAPI.find(OperatorPaths.app(name), AppResource.self) else {
            guard isForced else { throw CommandFailure.noApp(name) }
            context.print("There is no app \(name).")
            return 0
        }
        if !isForced {
            let question = "Delete \(name) and stop its \(Count.text(app.runningInstances, "running instance"))?"
            guard try context.confirms(question, option: "--force") else { return 1 }
        }
        try await context.operatorAPI.send(.delete, OperatorPaths.app(name))
        context.print("\(name) is deleted.")
        return 0
    }
}

extension CommandContext {
    var operatorAPI: OperatorClient { OperatorClient(transport: transport, address: apiAddress) }

    func operatorAPI(timeout: Duration) -> OperatorClient {
        OperatorClient(transport: transport, address: apiAddress, timeout: timeout)
    }

    func app(_ name: String) async throws(CommandFailure) -> AppResource {
        guard let app = try await operatorAPI.find(OperatorPaths.app(name), AppResource.self) else {
            throw CommandFailure.noApp(name)
        }
        return app
    }

    /// Asks on the terminal; without one nobody can agree, so `option` has to be given.
    func confirms(_ question: String, option: String) throws(CommandFailure) -> Bool {
        guard terminal.isInputTerminal && terminal.isOutputTerminal else {
            throw CommandFailure("nobody is here to confirm it", nextStep: "the same with \(option)")
        }
        terminal.write("\(question) [y/N] ")
        let answer = terminal.readLine()?.lowercased() ?? ""
        guard answer == "y" || answer == "yes" else {
            print("Nothing was changed.")
            return false
        }
        return true
    }

    /// `64`, `64M` or `1G`; `nil` when the option is not given.
    func megabytes(_ option: String) throws(CommandFailure) -> Int? {
        guard let text = arguments.value(option) else { return nil }
        let units: [(suffix: String, factor: Int)] = [("G", 1_024), ("GB", 1_024), ("M", 1), ("MB", 1), ("", 1)]
        for unit in units where text.uppercased().hasSuffix(unit.suffix) {
            let (size, overflow) = (Int(text.dropLast(unit.suffix.count)) ?? 0)
                .multipliedReportingOverflow(by: unit.factor)
            if size > 0 && !overflow { return size }
        }
        throw CommandFailure(
            .invalid("--\(option) needs a size such as 64M or 1G, not \(text)", command: arguments.command)
        )
    }
}

extension CommandFailure {
    static func noApp(_ name: String) -> CommandFailure {
        CommandFailure("there is no app \(name)", nextStep: "martlet apps")
    }
}

/// Numbers with their nouns.
enum Count {
    static func text(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
