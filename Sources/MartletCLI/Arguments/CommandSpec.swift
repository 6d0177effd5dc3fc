/// What a command is called, takes, and says of itself.
public struct CommandSpec: Sendable {
    public struct Option: Sendable {
        /// Without the dashes.
        public var name: String
        public var short: Character?
        /// What the value is called in the help, for example `N`; `nil` for an option without value.
        public var value: String?
        /// May be given more than once.
        public var isRepeatable: Bool
        public var help: String

        public init(
            _ name: String,
            short: Character? = nil,
            value: String? = nil,
            isRepeatable: Bool = false,
            help: String
        ) {
            self.name = name
            self.short = short
            self.value = value
            self.isRepeatable = isRepeatable
            self.help = help
        }
    }

    public struct Operand: Sendable {
        /// In capitals, as in the usage line.
        public var name: String
        public var isRequired: Bool

        public init(_ name: String, isRequired: Bool = true) { (self.name, self.isRequired) = (name, isRequired) }
    }

    public var name: String
    /// One line for the list of commands: no full stop, at most 50 characters.
    public var summary: String
    public var operands: [Operand]
    public var options: [Option]
    /// Paragraphs below the options, wrapped when printed.
    public var details: [String]

    public init(
        _ name: String,
        summary: String,
        operands: [Operand] = [],
        options: [Option] = [],
        details: [String] = []
    ) {
        self.name = name
        self.summary = summary
        self.operands = operands
        self.options = options
        self.details = details
    }
}

extension CommandSpec.Option {
    static let json = CommandSpec.Option("json", help: "print JSON instead of a table")
    static let help = CommandSpec.Option("help", short: "h", help: "print what the command takes")
    static let bbs = CommandSpec.Option("bbs", value: "URL", help: "BBS API; MARTLET_BBS, or http://127.0.0.1:8889")
    static let api = CommandSpec.Option(
        "api",
        value: "URL",
        help: "operator API; MARTLET_API, or http://127.0.0.1:9022"
    )
    /// Every command of ours takes them.
    static let common = [bbs, api, help]
}
