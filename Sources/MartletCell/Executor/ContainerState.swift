public import MartletModels

/// How far a container has come. What only exists in one state is carried by that state.
public enum ContainerState: Hashable, Sendable {
    /// Room is kept for it; nothing exists yet.
    case reserved
    /// Its root file system and its container are being made.
    case initializing(DesiredLRP)
    /// The container exists; what runs in it is not ready yet.
    case created(DesiredLRP, ActualLRPNetInfo)
    case running(DesiredLRP, ActualLRPNetInfo)
    /// What ran has ended; the container may still exist until it is deleted.
    case completed(RunResult)

    /// As Diego's executor spells it, and as stored.
    public enum Name: String, Hashable, Sendable, CaseIterable {
        case reserved
        case initializing
        case created
        case running
        case completed

        /// Executor section 4.1: a chain, and completing is always allowed.
        public func mayBecome(_ next: Name) -> Bool {
            switch (self, next) {
            case (_, .completed), (.reserved, .initializing), (.initializing, .created), (.created, .running): true
            default: false
            }
        }
    }

    public var name: Name {
        switch self {
        case .reserved: .reserved
        case .initializing: .initializing
        case .created: .created
        case .running: .running
        case .completed: .completed
        }
    }

    /// What the container runs; known from the moment it is told to run until it has ended.
    public var desired: DesiredLRP? {
        switch self {
        case .initializing(let desired), .created(let desired, _), .running(let desired, _): desired
        case .reserved, .completed: nil
        }
    }

    public var netInfo: ActualLRPNetInfo? {
        switch self {
        case .created(_, let netInfo), .running(_, let netInfo): netInfo
        case .reserved, .initializing, .completed: nil
        }
    }

    public var result: RunResult? {
        guard case .completed(let result) = self else { return nil }
        return result
    }
}

/// How a container's work ended.
public struct RunResult: Hashable, Sendable {
    public var failed: Bool
    /// For the app's owner; empty when there is nothing to say, as for exit status 0.
    public private(set) var reason: String
    /// It never started, and another try may do better.
    public var retryable: Bool

    /// - Parameter reason: a text over 10,000 characters keeps its head and its tail (executor section 4.1).
    public init(failed: Bool, reason: String = "", retryable: Bool = false) {
        self.failed = failed
        self.reason = Self.cut(reason)
        self.retryable = retryable
    }

    public static let succeeded = RunResult(failed: false)

    private static let limit = 10_000

    private static func cut(_ text: String) -> String {
        guard text.count > limit else { return text }
        return text.prefix(limit / 2) + "\n... (truncated)\n" + text.suffix(limit / 2)
    }
}
