/// What is wrong with a command line. The text is one sentence; exit status 2 goes with it.
enum UsageError: Error, Hashable, Sendable {
    case unknownCommand(String, nearest: String?)
    case unknownOption(String, nearest: String?, command: String)
    case missingValue(String, command: String)
    case unexpectedValue(String, command: String)
    case repeated(String, command: String)
    case missingOperand(String, command: String)
    case unexpectedOperand(String, command: String)
    case notANumber(String, value: String, command: String)
    case invalid(String, command: String)

    var text: String {
        switch self {
        case .unknownCommand(let name, let nearest): "unknown command \(name)" + Self.suggestion(nearest)
        case .unknownOption(let option, let nearest, _): "unknown option \(option)" + Self.suggestion(nearest)
        case .missingValue(let option, _): "\(option) needs a value"
        case .unexpectedValue(let option, _): "\(option) takes no value"
        case .repeated(let option, _): "\(option) is given twice"
        case .missingOperand(let name, _): "\(name) is missing"
        case .unexpectedOperand(let text, _): "unexpected argument \(text)"
        case .notANumber(let option, let value, _): "\(option) needs a whole number of 0 or more, not \(value)"
        case .invalid(let text, _): text
        }
    }

    /// What to type next.
    var nextStep: String {
        switch self {
        case .unknownCommand: "martlet help"
        case .unknownOption(_, _, let command), .missingValue(_, let command), .unexpectedValue(_, let command),
            .repeated(_, let command), .missingOperand(_, let command), .unexpectedOperand(_, let command),
            .notANumber(_, _, let command), .invalid(_, let command):
            "martlet help \(command)"
        }
    }

    private static func suggestion(_ nearest: String?) -> String { nearest.map { "; did you mean \($0)?" } ?? "" }
}
