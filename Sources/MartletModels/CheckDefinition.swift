/// How a cell finds out whether an instance is up, and stays so.
public struct CheckDefinition: Hashable, Sendable {
    /// All must pass before the instance is RUNNING; one that fails later crashes it.
    public var checks: [Check]
    public var logSource: String
    /// Decide whether a running instance is routable; they never crash it.
    public var readinessChecks: [Check]
    public var unknownFields: UnknownFields

    public init(
        checks: [Check],
        logSource: String = "",
        readinessChecks: [Check] = [],
        unknownFields: UnknownFields = UnknownFields()
    ) {
        self.checks = checks
        self.logSource = logSource
        self.readinessChecks = readinessChecks
        self.unknownFields = unknownFields
    }
}

/// One probe of one port; exactly one kind is set once validated.
public struct Check: Hashable, Sendable {
    public var tcp: TCPCheck?
    public var http: HTTPCheck?
    public var unknownFields: UnknownFields

    public init(tcp: TCPCheck? = nil, http: HTTPCheck? = nil, unknownFields: UnknownFields = UnknownFields()) {
        self.tcp = tcp
        self.http = http
        self.unknownFields = unknownFields
    }
}

/// Passes when the port accepts a connection.
public struct TCPCheck: Hashable, Sendable {
    public var port: UInt32
    /// Milliseconds; 0 means 1,000.
    public var connectTimeoutMilliseconds: UInt64
    /// Milliseconds between checks of a healthy instance; 0 means the cell's own.
    public var intervalMilliseconds: UInt64

    public init(port: UInt32, connectTimeoutMilliseconds: UInt64 = 0, intervalMilliseconds: UInt64 = 0) {
        self.port = port
        self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
        self.intervalMilliseconds = intervalMilliseconds
    }
}

/// Passes when a GET of `path` answers 200.
public struct HTTPCheck: Hashable, Sendable {
    public var port: UInt32
    /// Milliseconds; 0 means 1,000.
    public var requestTimeoutMilliseconds: UInt64
    /// Empty means `/`.
    public var path: String
    /// Milliseconds between checks of a healthy instance; 0 means the cell's own.
    public var intervalMilliseconds: UInt64

    public init(
        port: UInt32,
        requestTimeoutMilliseconds: UInt64 = 0,
        path: String = "",
        intervalMilliseconds: UInt64 = 0
    ) {
        self.port = port
        self.requestTimeoutMilliseconds = requestTimeoutMilliseconds
        self.path = path
        self.intervalMilliseconds = intervalMilliseconds
    }
}

extension CheckDefinition {
    public func validate() throws(ValidationError) {
        var error = ValidationError()
        for check in checks + readinessChecks {
            if check.tcp != nil && check.http != nil {
                error.invalid("check")
            } else {
                error.check((1...65_535).contains(check.tcp?.port ?? check.http?.port ?? 0), "port")
            }
        }
        try error.throwIfAny()
    }
}
