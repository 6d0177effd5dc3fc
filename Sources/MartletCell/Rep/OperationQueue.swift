import MartletModels

/// What the rep does about one container or one record of the BBS.
enum Operation: Hashable, Sendable {
    /// Look at the container and do what its state asks for.
    case container(InstanceGUID)
    /// The BBS has a record of a container that does not exist.
    case residual(ActualLRPKey, ActualLRPInstanceKey)

    var container: InstanceGUID {
        switch self {
        case .container(let id): id
        case .residual(_, let instance): instance.instanceGUID
        }
    }
}

/// One operation per container at a time, and at most one waiting (cell specification 3.2).
///
/// A newer operation replaces the waiting one. Nothing is lost: an operation looks at the container when it begins.
struct OperationQueue: Hashable, Sendable {
    private var running: Set<InstanceGUID> = []
    private var waiting: [InstanceGUID: Operation] = [:]

    /// - Returns: true when the caller has to begin it now.
    mutating func submit(_ operation: Operation) -> Bool {
        if running.insert(operation.container).inserted { return true }
        waiting[operation.container] = operation
        return false
    }

    /// Ends an operation.
    /// - Returns: what the caller has to begin next, under the same container.
    mutating func finish(_ operation: Operation) -> Operation? {
        if let next = waiting.removeValue(forKey: operation.container) { return next }
        running.remove(operation.container)
        return nil
    }
}
