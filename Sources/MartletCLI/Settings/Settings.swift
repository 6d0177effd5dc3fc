import FoundationEssentials

/// The values of a role's settings: flag before environment before file before default.
public struct Settings: Hashable, Sendable {
    private var values: [String: [String]] = [:]
    private let known: [String: Setting]

    /// - Parameters:
    ///   - arguments: what follows the role on the command line.
    ///   - environment: only names that begin with `MARTLET_` are looked at.
    ///   - readFile: called with the path of `--config` or `MARTLET_CONFIG`, if there is one.
    /// - Throws: `SettingsError` that names the setting, where it came from, and what to write instead.
    public init(
        _ settings: [Setting],
        arguments: [String],
        environment: [String: String],
        readFile: (String) throws(SettingsError) -> [UInt8]
    ) throws(SettingsError) {
        known = Dictionary(settings.map { ($0.name, $0) }) { first, _ in first }
        let flags = try parse(flags: arguments)
        let variables = parse(environment: environment)
        let path = flags["config"]?.last ?? variables["config"]?.last
        let file = path == nil ? [:] : try parse(file: readFile(path ?? ""), path: path ?? "")
        for setting in settings {
            let given = flags[setting.name] ?? variables[setting.name] ?? file[setting.name]
            values[setting.name] = given ?? setting.fallback.map { [$0] } ?? []
            try check(setting)
        }
    }

    /// The text of a setting; `nil` when it has neither a value nor a default.
    public func text(_ name: String) -> String? { values[name]?.last }
    /// The text of a setting that has a default.
    public func required(_ name: String) -> String { values[name]?.last ?? "" }
    public func list(_ name: String) -> [String] { values[name] ?? [] }
    public func number(_ name: String) -> Int? { text(name).flatMap { Int($0) } }
    /// Between 0 and 1.
    public func share(_ name: String) -> Double? { text(name).flatMap { Double($0) } }
    public func duration(_ name: String) -> Duration? { text(name).flatMap { Double($0) }.map { .seconds($0) } }

    private func check(_ setting: Setting) throws(SettingsError) {
        for value in values[setting.name] ?? [] {
            switch setting.kind {
            case .text, .list: continue
            case .number(let unit):
                guard let number = Int(value), number >= 0 else { throw .notANumber(setting.name, value, unit: unit) }
            case .seconds, .interval:
                guard let number = Double(value), (0...Self.longest).contains(number) else {
                    throw .notANumber(setting.name, value, unit: "seconds")
                }
                guard number > 0 || setting.kind == .seconds else {
                    throw .unusable(setting.name, "it must be more than 0 seconds")
                }
            case .share:
                guard let number = Double(value), (0...1).contains(number) else {
                    throw .unusable(setting.name, "it is a share from 0 to 1, not \"\(value)\"")
                }
            }
        }
    }

    /// Seconds; thirty years, so that sums of times stay in range.
    private static let longest = 1e9

    private func parse(flags arguments: [String]) throws(SettingsError) -> [String: [String]] {
        var found: [String: [String]] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else { throw .unexpectedArgument(argument) }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let setting = known[name] else { throw .unknown(name, nearest: nearest(to: name), in: "flag --") }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else { throw .noValue(name) }
            if setting.kind == .list { found[name, default: []].append(value) } else { found[name] = [value] }
        }
        return found
    }

    private func parse(environment: [String: String]) -> [String: [String]] {
        var found: [String: [String]] = [:]
        for (name, setting) in known {
            guard let value = environment[setting.environmentName], !value.isEmpty else { continue }
            found[name] = setting.kind == .list ? value.split(separator: ",").map(String.init) : [value]
        }
        return found
    }

    private func parse(file bytes: [UInt8], path: String) throws(SettingsError) -> [String: [String]] {
        let object: [String: FileValue]
        do { object = try JSONDecoder().decode([String: FileValue].self, from: Data(bytes)) } catch {
            throw .unreadableFile(path, "it is not a JSON object whose values are texts, numbers or lists of texts")
        }
        // A file is shared by the roles of a machine, so a setting of another role is fine here.
        let everywhere = Setting.common + Setting.server + Setting.cell + Setting.images
        let names = Set(everywhere.map(\.name)).union(known.keys)
        for name in object.keys.sorted() where !names.contains(name) {
            throw .unknown(name, nearest: nearest(to: name), in: "key in \(path): ")
        }
        return object.mapValues(\.texts)
    }

    private func nearest(to name: String) -> String? { NearestName.of(name, among: known.keys.sorted()) }
}

/// A value as JSON has it; all end up as texts, which `check` then reads.
private enum FileValue: Decodable {
    case one(String)
    case many([String])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .one(text)
        } else if let number = try? container.decode(Int.self) {
            self = .one(String(number))
        } else if let number = try? container.decode(Double.self) {
            self = .one(String(number))
        } else {
            self = .many(try container.decode([String].self))
        }
    }

    var texts: [String] {
        switch self {
        case .one(let text): [text]
        case .many(let texts): texts
        }
    }
}
