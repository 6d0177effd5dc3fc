/// Why the executor did not do what it was asked; texts are Diego's (executor section 4.1).
public enum ExecutorError: Error, Hashable, Sendable, CustomStringConvertible {
    case guidNotSpecified
    case guidNotAvailable
    case insufficientResources
    case containerNotFound
    case invalidTransition
    /// Something of the container could not be removed; asking again tries again.
    case notDestroyed(String)
    /// The agent ends before it knows the outcome; the next life goes on with it.
    case shuttingDown
    /// The cell's database failed.
    case broken(String)

    public var description: String {
        switch self {
        case .guidNotSpecified: "container guid not specified"
        case .guidNotAvailable: "container guid not available"
        case .insufficientResources: "insufficient resources available"
        case .containerNotFound: "container not found"
        case .invalidTransition: "container cannot transition to given state"
        case .notDestroyed(let what): "container not destroyed: \(what)"
        case .shuttingDown: "the cell is shutting down"
        case .broken(let what): "container table: \(what)"
        }
    }
}
