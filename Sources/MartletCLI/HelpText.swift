/// What the tool says of itself, at most 80 columns wide.
enum HelpText {
    static func overview(_ groups: [(title: String, commands: [CommandSpec])]) -> String {
        let width = groups.flatMap(\.commands).map(\.name.count).max() ?? 0
        var lines = ["Martlet runs Docker images as long-running processes on one machine.", ""]
        lines.append("usage: martlet COMMAND [ARGUMENT …]")
        for group in groups where !group.commands.isEmpty {
            lines += ["", group.title]
            lines += group.commands.map { "  \(padded($0.name, width))  \($0.summary)" }
        }
        lines += ["", "martlet help COMMAND explains one."]
        return text(lines)
    }

    static func command(_ spec: CommandSpec) -> String {
        var lines = TextWrap.lines(usage(spec))
        lines += ["", spec.summary + "."]
        if !spec.options.isEmpty {
            lines.append("")
            let names = spec.options.map(shown)
            let width = min(names.map(\.count).max() ?? 0, 28)
            for (option, name) in zip(spec.options, names) { lines += entry(name, option.help, width) }
        }
        for paragraph in spec.details { lines += [""] + TextWrap.lines(paragraph) }
        return text(lines)
    }

    private static func usage(_ spec: CommandSpec) -> String {
        let operands = spec.operands.map { $0.isRequired ? $0.name : "[\($0.name)]" }
        let options = spec.options.isEmpty ? [] : ["[OPTION …]"]
        return (["usage: martlet", spec.name] + operands + options).joined(separator: " ")
    }

    private static func shown(_ option: CommandSpec.Option) -> String {
        let value = option.value.map { " \($0)" } ?? ""
        return (option.short.map { "-\($0), " } ?? "    ") + "--\(option.name)\(value)"
    }

    private static func entry(_ name: String, _ help: String, _ width: Int) -> [String] {
        let indent = String(repeating: " ", count: width + 4)
        let wrapped = TextWrap.lines(help, indent: indent)
        guard name.count <= width else { return ["  " + name] + wrapped }
        let first = "  " + padded(name, width) + "  " + (wrapped.first?.dropFirst(indent.count) ?? "")
        return [first] + wrapped.dropFirst()
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
