public import MartletModels

/// What the rep hears of a container. There is none for the states in between (executor section 4.2).
public enum ContainerEvent: Hashable, Sendable {
    case reserved(InstanceGUID)
    /// Runs for the first time, or what is reported of it changed: its readiness, routes or tags.
    case running(InstanceGUID)
    case completed(InstanceGUID)

    public var container: InstanceGUID {
        switch self {
        case .reserved(let id), .running(let id), .completed(let id): id
        }
    }
}
