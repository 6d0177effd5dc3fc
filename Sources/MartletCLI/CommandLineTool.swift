public import MartletHTTP
public import MartletModels

/// The commands of `martlet`: all of them are clients of the APIs, or come from outside as extra commands.
public struct CommandLineTool: Sendable {
    public static let version = "0.1.0"

    private let arguments: [String]
    private let environment: [String: String]
    private let terminal: any Terminal
    private let extraCommands: [ExtraCommand]
    private let makeTransport: @Sendable () -> any HTTPTransport
    private let now: @Sendable () -> Timestamp
    private let sleep: @Sendable (Duration) async -> Void

    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - extraCommands: the roles, which are composed by the caller; listed first.
    ///   - makeTransport: called only when a command talks to a server.
    public init(
        arguments: [String],
        environment: [String: String],
        terminal: any Terminal = StandardTerminal(),
        extraCommands: [ExtraCommand] = [],
        makeTransport: @escaping @Sendable () -> any HTTPTransport,
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async -> Void
    ) {
        self.arguments = arguments
        self.environment = environment
        self.terminal = terminal
        self.extraCommands = extraCommands
        self.makeTransport = makeTransport
        self.now = now
        self.sleep = sleep
    }

    /// - Returns: 0 for success, 1 when the command could not do it, 2 when the command line makes no sense.
    public func run() async -> Int32 {
        do throws(UsageError) {
            return try await dispatch()
        } catch {
            return complain(error.text, nextStep: error.nextStep, status: 2)
        }
    }

    private func dispatch() async throws(UsageError) -> Int32 {
        guard let name = arguments.first else { return help([]) }
        let rest = Array(arguments.dropFirst())
        switch name {
        case "help", "--help", "-h": return try helpOn(rest)
        case "version", "--version":
            terminal.write("martlet \(Self.version)\n")
            return 0
        default: break
        }
        if let extra = extraCommands.first(where: { $0.spec.name == name }) {
            guard rest != ["--help"], rest != ["-h"] else { return help([extra.spec]) }
            return await extra.run(rest)
        }
        guard let command = Command.all.first(where: { $0.spec.name == name }) else { throw unknown(name) }
        let parsed = try ParsedArguments(rest, for: command.spec)
        guard !parsed.isSet("help") else { return help([command.spec]) }
        return try await run(command, parsed)
    }

    private func run(_ command: Command, _ parsed: ParsedArguments) async throws(UsageError) -> Int32 {
        let context = CommandContext(
            arguments: parsed,
            environment: environment,
            terminal: terminal,
            transport: makeTransport(),
            now: now,
            sleep: sleep
        )
        do throws(CommandFailure) {
            return try await command.run(context)
        } catch {
            if let usage = error.usage { throw usage }
            return complain(error.text, nextStep: error.nextStep, status: 1)
        }
    }

    private func complain(_ text: String, nextStep: String?, status: Int32) -> Int32 {
        terminal.writeError("martlet: " + text + (nextStep.map { "; try: \($0)" } ?? "") + "\n")
        return status
    }
}

extension CommandLineTool {
    private var ownSpecs: [CommandSpec] {
        Command.all.map(\.spec) + [Self.helpSpec, Self.versionSpec]
    }

    private static let helpSpec = CommandSpec(
        "help",
        summary: "explain a command",
        operands: [CommandSpec.Operand("COMMAND", isRequired: false)]
    )
    private static let versionSpec = CommandSpec("version", summary: "print the version")

    private func unknown(_ name: String) -> UsageError {
        let names = extraCommands.map(\.spec.name) + ownSpecs.map(\.name)
        return .unknownCommand(name, nearest: NearestName.of(name, among: names))
    }

    private func helpOn(_ names: [String]) throws(UsageError) -> Int32 {
        guard let name = names.first else { return help([]) }
        guard let spec = (extraCommands.map(\.spec) + ownSpecs).first(where: { $0.name == name }) else {
            throw unknown(name)
        }
        return help([spec])
    }

    /// Of one command, or the list of all.
    private func help(_ specs: [CommandSpec]) -> Int32 {
        if let spec = specs.first {
            terminal.write(HelpText.command(spec))
        } else {
            terminal.write(
                HelpText.overview([("Roles", extraCommands.map(\.spec)), ("Commands", ownSpecs)])
            )
        }
        return 0
    }
}
