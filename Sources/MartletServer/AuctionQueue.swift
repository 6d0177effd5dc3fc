import MartletModels

/// What was asked for and has not been decided.
struct AuctionQueue {
    /// With the trace id of the request that asked last; empty without one.
    private(set) var instances: [ActualLRPKey: String] = [:]
    private(set) var tasks: [TaskGUID: String] = [:]

    var isEmpty: Bool { instances.isEmpty && tasks.isEmpty }

    mutating func add(_ keys: [ActualLRPKey], traceID: String) {
        for key in keys { instances[key] = traceID }
    }

    mutating func add(_ guids: [TaskGUID], traceID: String) {
        for guid in guids { tasks[guid] = traceID }
    }

    /// Takes over those of the keys that another queue has.
    mutating func adopt(_ keys: some Sequence<ActualLRPKey>, from other: AuctionQueue) {
        for key in keys { instances[key] = other.instances[key] }
    }

    mutating func adopt(_ tasks: [TaskGUID: String]) { self.tasks = tasks }

    /// - Returns: the trace id it was asked for with.
    @discardableResult
    mutating func remove(_ key: ActualLRPKey) -> String? { instances.removeValue(forKey: key) }

    @discardableResult
    mutating func remove(_ guid: TaskGUID) -> String? { tasks.removeValue(forKey: guid) }
}
