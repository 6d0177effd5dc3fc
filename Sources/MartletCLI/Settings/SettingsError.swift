/// Why a role cannot start with what it was told.
public enum SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text before the name says where it stood.
    case unknown(String, nearest: String?, in: String)
    case unexpectedArgument(String)
    case noValue(String)
    case notANumber(String, String, unit: String)
    case unreadableFile(String, String)
    /// A value of the right kind that cannot be used; the text says why and what to write.
    case unusable(String, String)

    public var description: String {
        switch self {
        case .unknown(let name, let nearest, let place):
            "unknown \(place)\(name)" + (nearest.map { "; did you mean \($0)?" } ?? "")
        case .unexpectedArgument(let argument): "unexpected argument \(argument); settings begin with --"
        case .noValue(let name): "--\(name) needs a value"
        case .notANumber(let name, let value, let unit): "\(name) is a number of \(unit), not \"\(value)\""
        case .unreadableFile(let path, let reason): "cannot use \(path): \(reason)"
        case .unusable(let name, let reason): "\(name): \(reason)"
        }
    }
}
