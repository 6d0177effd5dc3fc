/// Why an archive could not be read.
public enum ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes are not what they should be. The text is libarchive's.
    case corrupt(String)
    /// The bytes did not come; the reason is known to their source.
    case sourceFailed(String)
    case outOfMemory

    public var description: String {
        switch self {
        case .corrupt(let reason): "corrupt archive: \(reason)"
        case .sourceFailed(let reason): reason
        case .outOfMemory: "out of memory"
        }
    }
}
