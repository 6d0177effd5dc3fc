import MartletCloudController
import MartletHTTP
import MartletModels

extension Command {
    static let featureFlags = Command(
        CommandSpec(
            "feature-flags",
            summary: "list the flags, or set one",
            operands: [
                CommandSpec.Operand("enable|disable", isRequired: false),
                CommandSpec.Operand("NAME", isRequired: false),
            ],
            options: [
                .init("plan", help: "say what would stop, and change nothing"),
                .init("yes", short: "y", help: "do not ask"), .json,
            ],
            details: [
                "Disabling diego_docker stops every process that came from a pushed image. The command says before "
                    + "what will stop, shows progress, and ends with a report of what stopped when. What was desired "
                    + "is kept: enable the flag, and it comes back."
            ]
        )
    ) { context throws(CommandFailure) in
        guard let verb = context.arguments.operand(0) else { return try await listFlags(context) }
        guard verb == "enable" || verb == "disable" else {
            throw CommandFailure(.invalid("it is enable or disable, not \(verb)", command: "feature-flags"))
        }
        let flag = try flagName(context)
        if flag == .diegoDocker && verb == "disable" { return try await DockerStop(context: context).run() }
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

    private static func flagName(_ context: CommandContext) throws(CommandFailure) -> FeatureFlagName {
        guard let text = context.arguments.operand(1) else {
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
            .send(.patch, OperatorPaths.flag(name.rawValue), FeatureFlagPatch(enabled: enabled))
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
