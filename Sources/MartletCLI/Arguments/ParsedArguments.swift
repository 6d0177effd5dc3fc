/// A command line taken apart after its command's specification.
struct ParsedArguments: Hashable, Sendable {
    let command: String
    private(set) var operands: [String] = []
    /// Values by option name, in the order given; an option without value has an empty list.
    private(set) var options: [String: [String]] = [:]

    init(_ arguments: some Sequence<String>, for spec: CommandSpec) throws(UsageError) {
        command = spec.name
        var rest = Array(arguments)[...]
        var onlyOperands = false
        while let argument = rest.popFirst() {
            if onlyOperands || argument == "-" || !argument.hasPrefix("-") {
                operands.append(argument)
            } else if argument == "--" {
                onlyOperands = true
            } else if argument.hasPrefix("--") {
                try readLong(argument, &rest, spec)
            } else {
                try readShort(argument, &rest, spec)
            }
        }
        if !isSet("help") { try checkOperands(spec) }
    }

    func isSet(_ option: String) -> Bool { options[option] != nil }
    func value(_ option: String) -> String? { options[option]?.first }
    func values(_ option: String) -> [String] { options[option] ?? [] }
    func operand(_ index: Int) -> String? { index < operands.count ? operands[index] : nil }

    /// A whole number of 0 or more.
    func number(_ option: String) throws(UsageError) -> Int? {
        guard let text = value(option) else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw .notANumber("--\(option)", value: text, command: command)
        }
        return number
    }

    private mutating func readLong(
        _ argument: String,
        _ rest: inout ArraySlice<String>,
        _ spec: CommandSpec
    ) throws(UsageError) {
        let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let option = spec.options.first(where: { $0.name == name }) else {
            let nearest = NearestName.of(name, among: spec.options.map(\.name)).map { "--\($0)" }
            throw .unknownOption("--\(name)", nearest: nearest, command: command)
        }
        let attached = parts.count > 1 ? String(parts[1]) : nil
        try take(option, shown: "--\(name)", attached: attached, &rest)
    }

    /// `-f`, `-i3`, `-i=3`, `-i 3`, or options without value behind one dash, the last of which may have one.
    private mutating func readShort(
        _ argument: String,
        _ rest: inout ArraySlice<String>,
        _ spec: CommandSpec
    ) throws(UsageError) {
        var letters = argument.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = spec.options.first(where: { $0.short == letter }) else {
                throw .unknownOption("-\(letter)", nearest: nil, command: command)
            }
            if option.value != nil && !letters.isEmpty {
                if letters.first == "=" { letters = letters.dropFirst() }
                return try take(option, shown: "-\(letter)", attached: String(letters), &rest)
            }
            try take(option, shown: "-\(letter)", attached: nil, &rest)
        }
    }

    private mutating func take(
        _ option: CommandSpec.Option,
        shown: String,
        attached: String?,
        _ rest: inout ArraySlice<String>
    ) throws(UsageError) {
        guard option.isRepeatable || options[option.name] == nil else { throw .repeated(shown, command: command) }
        guard option.value != nil else {
            guard attached == nil else { throw .unexpectedValue(shown, command: command) }
            options[option.name] = []
            return
        }
        guard let value = attached ?? rest.popFirst() else { throw .missingValue(shown, command: command) }
        options[option.name, default: []].append(value)
    }

    private func checkOperands(_ spec: CommandSpec) throws(UsageError) {
        let required = spec.operands.prefix { $0.isRequired }
        if operands.count < required.count {
            throw .missingOperand(spec.operands[operands.count].name, command: command)
        }
        if operands.count > spec.operands.count {
            throw .unexpectedOperand(operands[spec.operands.count], command: command)
        }
    }
}
