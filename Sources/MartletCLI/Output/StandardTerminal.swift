import Glibc

/// The terminal, pipe or file that the process was started with.
public struct StandardTerminal: Terminal {
    public init() {}

    public var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    public var isInputTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    public func write(_ text: String) { Self.write(text, to: STDOUT_FILENO) }
    public func writeError(_ text: String) { Self.write(text, to: STDERR_FILENO) }
    public func readLine() -> String? { Swift.readLine() }

    /// Nobody is left to hear of a failure, for example when the reader of a pipe has gone.
    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
