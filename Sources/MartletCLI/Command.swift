/// One thing that the tool can do.
struct Command: Sendable {
    let spec: CommandSpec
    /// - Returns: the exit status.
    let run: @Sendable (CommandContext) async throws(CommandFailure) -> Int32

    init(
        _ spec: CommandSpec,
        run: @escaping @Sendable (CommandContext) async throws(CommandFailure) -> Int32
    ) {
        var spec = spec
        spec.options += CommandSpec.Option.common
        self.spec = spec
        self.run = run
    }
}

/// A command that is composed elsewhere, for example a role: it gets what is left of the command line as it is.
public struct ExtraCommand: Sendable {
    /// For the list of commands and for its own help; its options are not parsed here.
    public let spec: CommandSpec
    /// - Returns: the exit status.
    public let run: @Sendable (_ arguments: [String]) async -> Int32

    public init(_ spec: CommandSpec, run: @escaping @Sendable (_ arguments: [String]) async -> Int32) {
        (self.spec, self.run) = (spec, run)
    }
}
