import MartletModels

/// How often an instance is looked at.
public struct HealthTiming: Hashable, Sendable {
    /// Between checks of an instance that is not up yet: the first wait, doubled with each further one.
    public var firstRetry: Duration
    /// The longest wait between checks of an instance that is not up.
    public var unhealthyInterval: Duration
    /// Between checks of an instance that is up, unless the check has its own interval.
    public var healthyInterval: Duration

    /// Diego's intervals (executor section 8.3); its first check after one interval became a check at once.
    public init(
        firstRetry: Duration = .milliseconds(50),
        unhealthyInterval: Duration = .seconds(2),
        healthyInterval: Duration = .seconds(30)
    ) {
        self.firstRetry = firstRetry
        self.unhealthyInterval = unhealthyInterval
        self.healthyInterval = healthyInterval
    }

    /// How long to wait after the given number of failed checks in a row, from 1.
    func retryDelay(afterFailures count: Int) -> Duration {
        min(unhealthyInterval, firstRetry * (1 << min(max(count - 1, 0), 20)))
    }
}

/// What a health check of any kind says when it is asked once.
enum CheckResult: Hashable, Sendable {
    case passed
    case failed(String)
    /// Asked to stop, or cancelled, before it knew.
    case interrupted
}

extension Check {
    /// The attempt that the check describes (executor section 4.8: defaults of 1 s and `/`).
    var probe: Probe? {
        func limit(_ milliseconds: UInt64) -> Duration {
            milliseconds == 0 ? .seconds(1) : .milliseconds(Int64(clamping: milliseconds))
        }
        if let tcp { return .tcp(port: tcp.port, timeout: limit(tcp.connectTimeoutMilliseconds)) }
        guard let http else { return nil }
        let path = http.path.isEmpty ? "/" : http.path
        return .http(port: http.port, path: path, timeout: limit(http.requestTimeoutMilliseconds))
    }

    /// `nil` means the cell's own.
    var interval: Duration? {
        let milliseconds = tcp?.intervalMilliseconds ?? http?.intervalMilliseconds ?? 0
        return milliseconds == 0 ? nil : .milliseconds(Int64(clamping: milliseconds))
    }
}
