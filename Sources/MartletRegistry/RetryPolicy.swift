internal import MartletModels

/// When one request is tried again. A value that counts the attempts of that request.
struct RetryPolicy: Sendable {
    /// What went wrong, as far as trying again is concerned.
    enum Failure: Sendable {
        /// 429.
        case tooManyRequests
        /// 500, 502, 503, 504.
        case server
        /// No connection, or it broke before an answer's head.
        case connection
    }

    static let waitLimit = Duration.seconds(60)

    private var attempts: [Failure: Int] = [:]

    init() {}

    /// How long to wait before the next attempt; `nil` gives up.
    /// - Parameter retryAfter: the header: seconds, or an HTTP date that is not past. Anything else is ignored.
    mutating func delay(
        after failure: Failure,
        retryAfter: String? = nil,
        now: Timestamp,
        jitter: Duration
    ) -> Duration? {
        let attempt = attempts[failure, default: 0] + 1
        attempts[failure] = attempt
        let (limit, first) = failure == .tooManyRequests ? (5, 2) : (3, 1)
        guard attempt < limit else { return nil }
        if failure != .connection, let asked = Self.asked(retryAfter, now: now) { return min(asked, Self.waitLimit) }
        return min(.seconds(first << (attempt - 1)), Self.waitLimit) + (failure == .tooManyRequests ? .zero : jitter)
    }

    /// The wait that a `Retry-After` header asks for.
    static func asked(_ retryAfter: String?, now: Timestamp) -> Duration? {
        guard let retryAfter else { return nil }
        let text = retryAfter.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        if !text.isEmpty, text.utf8.allSatisfy(\.isDigit) {
            return text.utf8.count <= 9 ? .seconds(Int(text) ?? 0) : waitLimit
        }
        guard let date = Timestamp(httpDate: text), date > now else { return nil }
        return now.duration(to: date)
    }
}
