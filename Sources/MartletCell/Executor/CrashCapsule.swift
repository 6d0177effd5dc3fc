public import MartletModels

/// Why an instance ended without having been asked to, in the terms an operator sorts by.
public enum CrashCause: Hashable, Sendable {
    /// The process ended by itself with this status.
    case exit(Int)
    /// A signal ended it.
    case signal(Int)
    case outOfMemory
    /// A health check failed after the instance had been healthy.
    case health
    /// No health check passed in time.
    case startTimeout
    /// The container or its root file system could not be made.
    case creation
    /// Anything else: a step that cannot run, a timeout of an action, a container that vanished.
    case other

    /// As stored and answered.
    public var name: String {
        switch self {
        case .exit: "exit"
        case .signal: "signal"
        case .outOfMemory: "out_of_memory"
        case .health: "health"
        case .startTimeout: "start_timeout"
        case .creation: "creation"
        case .other: "other"
        }
    }

    /// The exit status or the signal's number.
    public var number: Int? {
        switch self {
        case .exit(let number), .signal(let number): number
        case .outOfMemory, .health, .startTimeout, .creation, .other: nil
        }
    }

    init(name: String, number: Int?) {
        self =
            switch name {
            case "exit": .exit(number ?? 0)
            case "signal": .signal(number ?? 0)
            case "out_of_memory": .outOfMemory
            case "health": .health
            case "start_timeout": .startTimeout
            case "creation": .creation
            default: .other
            }
    }

    /// A status above 128 stands for a signal, as shells and supervisors have it.
    init(_ exit: ProcessExit) {
        if exit.outOfMemory {
            self = .outOfMemory
        } else if (129...192).contains(exit.status) {
            self = .signal(exit.status - 128)
        } else {
            self = .exit(exit.status)
        }
    }
}

/// What is kept of an instance that crashed, when its container is long gone.
public struct CrashCapsule: Hashable, Sendable {
    public var key: ActualLRPKey
    public var instance: InstanceGUID
    public var at: Timestamp
    public var cause: CrashCause
    /// What the BBS was told.
    public var reason: String
    /// What it wrote last, oldest first.
    public var lastOutput: [String]
    /// Bytes; `nil` when nobody knows.
    public var memoryPeak: Int?
}
