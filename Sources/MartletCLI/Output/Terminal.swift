/// Where the commands write and whom they ask.
public protocol Terminal: Sendable {
    /// Whether standard output is a terminal: colours and moving progress lines make sense there only.
    var isOutputTerminal: Bool { get }
    /// Whether somebody can answer a question.
    var isInputTerminal: Bool { get }

    func write(_ text: String)
    func writeError(_ text: String)
    /// The next line of standard input without its end; `nil` at the end.
    func readLine() -> String?
}
