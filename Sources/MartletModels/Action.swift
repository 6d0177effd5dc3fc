/// What runs in a container: a tree of steps.
public indirect enum Action: Hashable, Sendable {
    case run(RunAction)
    case timeout(TimeoutAction)
    case emitProgress(EmitProgressAction)
    case `try`(TryAction)
    /// All together; waits for all even after an error.
    case parallel(ActionGroup)
    /// In order; the first error stops.
    case serial(ActionGroup)
    /// All together; one that ends, ends all.
    case codependent(ActionGroup)
    /// Fetches a file into the container. Stored and returned; a cell refuses to run it.
    case download(OpaqueAction)
    /// Sends a file out of the container. Stored and returned; a cell refuses to run it.
    case upload(OpaqueAction)
}

/// Starts a process and waits for it; a status other than 0 is an error.
public struct RunAction: Hashable, Sendable {
    public var path: String
    public var arguments: [String]
    /// Working directory; empty means the user's home.
    public var directory: String
    public var environment: [EnvironmentVariable]
    /// Soft and hard limit of open files; `nil` leaves the container's.
    public var nofile: UInt64?
    /// Name or `uid[:gid]`, looked up in the image's own `/etc/passwd`.
    public var user: String
    public var logSource: String
    public var suppressLogOutput: Bool
    public var unknownFields: UnknownFields

    public init(
        path: String,
        arguments: [String] = [],
        directory: String = "",
        environment: [EnvironmentVariable] = [],
        nofile: UInt64? = nil,
        user: String,
        logSource: String = "",
        suppressLogOutput: Bool = false,
        unknownFields: UnknownFields = UnknownFields()
    ) {
        self.path = path
        self.arguments = arguments
        self.directory = directory
        self.environment = environment
        self.nofile = nofile
        self.user = user
        self.logSource = logSource
        self.suppressLogOutput = suppressLogOutput
        self.unknownFields = unknownFields
    }
}

/// Cancels its action when it takes too long.
public struct TimeoutAction: Hashable, Sendable {
    /// Absent only in a message that validation refuses.
    public var action: Action?
    /// Milliseconds, more than 0.
    public var timeoutMilliseconds: Int64
    public var logSource: String
    public var unknownFields: UnknownFields

    public init(
        action: Action?,
        timeoutMilliseconds: Int64,
        logSource: String = "",
        unknownFields: UnknownFields = UnknownFields()
    ) {
        self.action = action
        self.timeoutMilliseconds = timeoutMilliseconds
        self.logSource = logSource
        self.unknownFields = unknownFields
    }
}

/// Says on the app's log when its action starts, succeeds or fails.
public struct EmitProgressAction: Hashable, Sendable {
    public var action: Action?
    public var startMessage: String
    public var successMessage: String
    public var failureMessagePrefix: String
    public var logSource: String
    public var unknownFields: UnknownFields

    public init(
        action: Action?,
        startMessage: String = "",
        successMessage: String = "",
        failureMessagePrefix: String = "",
        logSource: String = "",
        unknownFields: UnknownFields = UnknownFields()
    ) {
        self.action = action
        self.startMessage = startMessage
        self.successMessage = successMessage
        self.failureMessagePrefix = failureMessagePrefix
        self.logSource = logSource
        self.unknownFields = unknownFields
    }
}

/// Swallows the error of its action.
public struct TryAction: Hashable, Sendable {
    public var action: Action?
    public var logSource: String
    public var unknownFields: UnknownFields

    public init(action: Action?, logSource: String = "", unknownFields: UnknownFields = UnknownFields()) {
        self.action = action
        self.logSource = logSource
        self.unknownFields = unknownFields
    }
}

/// The children of a parallel, serial or codependent action; never empty once validated.
public struct ActionGroup: Hashable, Sendable {
    /// An empty wrapper on the wire arrives as `nil`, and validation refuses it.
    public var actions: [Action?]
    public var logSource: String
    public var unknownFields: UnknownFields

    public init(_ actions: [Action?], logSource: String = "", unknownFields: UnknownFields = UnknownFields()) {
        self.actions = actions
        self.logSource = logSource
        self.unknownFields = unknownFields
    }
}

/// An action of a kind that cells do not run yet: what validation looks at, and the whole message as received.
public struct OpaqueAction: Hashable, Sendable {
    public var from: String
    public var to: String
    public var user: String
    public var message: UnknownFields

    public init(from: String, to: String, user: String, message: UnknownFields) {
        self.from = from
        self.to = to
        self.user = user
        self.message = message
    }
}
