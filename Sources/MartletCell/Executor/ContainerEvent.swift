public import MartletModels

/// What the rep hears of a container. There is none for the states in between (executor section 4.2).
public enum ContainerEvent: Hashable, Sendable {
    case reserved(InstanceGUID)
    /// Runs for the first time, or its readiness changed.
    case running(InstanceGUID)
    case completed(InstanceGUID)

    public var container: InstanceGUID {
        switch self {
        case .reserved(let id), .running(let id), .completed(let id): id
        }
    }
}
