import MartletLinux

/// The output of a check, kept as the text of its failure instead of going to the app's log.
final class OutputCapture: Sendable {
    /// A check that writes without end is not to fill our memory.
    private static let lineLimit = 100

    private let lines = Locked<[String]>([])

    func append(_ line: String) {
        lines.withLock { lines in if lines.count < Self.lineLimit { lines.append(line) } }
    }

    /// What was written, without blank edges.
    var text: String {
        let text = lines.withLock { $0.joined(separator: "\n") }
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }
}
