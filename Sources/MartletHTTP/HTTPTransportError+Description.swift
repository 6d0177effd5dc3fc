extension HTTPTransportError: CustomStringConvertible {
    /// One sentence, fit for a log field or a terminal.
    public var description: String {
        switch self {
        case .cannotConnect(let text), .timedOut(let text), .interrupted(let text), .invalidRequest(let text): text
        case .answerTooLarge(let limit): "The answer is larger than \(limit) bytes."
        }
    }
}
