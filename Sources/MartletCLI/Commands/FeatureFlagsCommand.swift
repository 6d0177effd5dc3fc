import MartletCloudController
import MartletHTTP
import MartletModels

extension Command {
    static let featureFlags = Command(
        CommandSpec(
            "feature-flags",
            summary: "list the flags, set one, or see what it stopped",
            operands: [
                CommandSpec.Operand("enable|disable|report", isRequired: false),
                CommandSpec.Operand("NAME", isRequired: false),
            ],
            options: [
                .init("plan", help: "say what would stop, and change nothing"),
                .init("token", value: "TOKEN", help: "of a plan: change it only if the same would stop"),
                .init("all", help: "name every app, instance and task"),
                .init("yes", short: "y", help: "do not ask"), .json,
            ],
            details: [
                "Disabling diego_docker stops every process that came from a pushed image, and makes its tasks fail. "
                    + "The command says before what will stop, shows progress, and ends with a report of what stopped "
                    + "when. What was desired is kept: enable the flag, and it comes back; tasks do not.",
                "What you agree to is what happens: if anything else would stop by the time you have answered, "
                    + "nothing is changed and you are asked again. --plan prints a token for the same across "
                    + "commands; --yes stops whatever there is.",
            ]
        )
    ) { context throws(CommandFailure) in
        guard let verb = context.arguments.operand(0) else { return try await listFlags(context) }
        guard ["enable", "disable", "report"].contains(verb) else {
            throw CommandFailure(.invalid("it is enable, disable or report, not \(verb)", command: "feature-flags"))
        }
        let flag = try flagName(context, fallback: verb == "report" ? .diegoDocker : nil)
        let isDocker = flag == .diegoDocker
        if verb == "report" {
            guard isDocker else { throw CommandFailure("\(flag.rawValue) stops nothing, so there is no report") }
            return try await FlagReporter(context: context).run()
        }
        if isDocker && verb == "disable" { return try await DockerStop(context: context).run() }
        guard context.arguments.value("token") == nil else {
            throw CommandFailure(.invalid("--token goes with disable diego_docker only", command: "feature-flags"))
        }
        return try await set(flag, verb == "enable", context)
    }

    private static func listFlags(_ context: CommandContext) async throws(CommandFailure) -> Int32 {
        let page: Page<FeatureFlagResource> = try await context.operatorAPI.get(OperatorPaths.flags)
        if context.wantsJSON {
            context.print(json: page.resources.map(FlagOutput.init))
            return 0
        }
        var table = Table([.init(title: "NAME"), .init(title: "STATE"), .init(title: "CHANGED")])
        for flag in page.resources {
            table.rows.append([
                Table.Cell(flag.name), Table.Cell(flag.enabled ? "enabled" : "disabled", flag.enabled ? .green : nil),
                Table.Cell(flag.updatedAt ?? "never"),
            ])
        }
        context.print(table)
        return 0
    }

    /// - Parameter fallback: when none is named.
    private static func flagName(
        _ context: CommandContext,
        fallback: FeatureFlagName?
    ) throws(CommandFailure) -> FeatureFlagName {
        guard let text = context.arguments.operand(1) else {
            if let fallback { return fallback }
            throw CommandFailure(.missingOperand("NAME", command: "feature-flags"))
        }
        guard let name = FeatureFlagName(rawValue: text) else {
            let nearest = NearestName.of(text, among: FeatureFlagName.allCases.map(\.rawValue))
            let suggestion = nearest.map { "; did you mean \($0)?" } ?? ""
            throw CommandFailure("there is no flag \(text)\(suggestion)", nextStep: "martlet feature-flags")
        }
        return name
    }

    private static func set(
        _ name: FeatureFlagName,
        _ enabled: Bool,
        _ context: CommandContext
    ) async throws(CommandFailure) -> Int32 {
        let state = enabled ? "enabled" : "disabled"
        guard !context.arguments.isSet("plan") else {
            context.print("\(name.rawValue) would be \(state); nothing would stop.")
            return 0
        }
        let flag: FeatureFlagResource = try await context.operatorAPI
            .send(
                .patch,
                OperatorPaths.flag(name.rawValue),
                FeatureFlagPatch(enabled: enabled),
                headers: context.operatorHeaders
            )
        if context.wantsJSON {
            context.print(json: FlagOutput(flag))
        } else {
            context.print("\(name.rawValue) is \(state).")
        }
        return 0
    }
}

/// A flag for `--json`.
struct FlagOutput: Encodable {
    var name: String
    var enabled: Bool
    var updatedAt: String?
    var customErrorMessage: String?

    init(_ flag: FeatureFlagResource) {
        name = flag.name
        enabled = flag.enabled
        updatedAt = flag.updatedAt
        customErrorMessage = flag.customErrorMessage
    }
}
