public import MartletModels

/// A line that a process wrote, without its line feed.
public struct OutputLine: Hashable, Sendable {
    public enum Stream: String, Hashable, Sendable, Codable {
        case stdout
        case stderr
    }

    public var stream: Stream
    /// At most 61,440 bytes; a longer line arrives in parts. Not necessarily UTF-8.
    public var bytes: [UInt8]
    /// When the supervisor read the end of the line.
    public var at: Timestamp

    public init(stream: Stream, bytes: [UInt8], at: Timestamp) {
        (self.stream, self.bytes, self.at) = (stream, bytes, at)
    }

    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
