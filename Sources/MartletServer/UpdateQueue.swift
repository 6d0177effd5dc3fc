import MartletModels

/// An instance that is to be told what is wanted of it now.
struct UpdateOrder: Hashable, Sendable {
    var key: ActualLRPKey
    var instance: ActualLRPInstanceKey
    var traceID: String
}

/// Orders by cell, first come, first served; each cell has a bounded number of workers.
actor UpdateQueue {
    private struct Line {
        var waiting: [UpdateOrder] = []
        var underWay: Set<ActualLRPInstanceKey> = []
        var workers = 0
    }

    /// Calls to one cell at a time.
    static let workersPerCell = 8
    private var lines: [CellID: Line] = [:]

    /// Takes an order, in place of one that waits for the same instance.
    ///
    /// - Returns: whether the caller has to start another worker for the cell.
    func add(_ order: UpdateOrder) -> Bool {
        var line = lines[order.instance.cellID] ?? Line()
        defer { lines[order.instance.cellID] = line }
        if let position = line.waiting.firstIndex(where: { $0.instance == order.instance }) {
            line.waiting[position] = order
            return false
        }
        line.waiting.append(order)
        guard line.workers < Self.workersPerCell else { return false }
        line.workers += 1
        return true
    }

    /// What a worker does next; after `nil` it has ended.
    ///
    /// An instance that is under way waits for the worker that has it.
    func next(on cell: CellID, after done: UpdateOrder?) -> UpdateOrder? {
        guard var line = lines[cell] else { return nil }
        defer { lines[cell] = line.workers == 0 && line.waiting.isEmpty ? nil : line }
        if let done { line.underWay.remove(done.instance) }
        guard let position = line.waiting.firstIndex(where: { !line.underWay.contains($0.instance) }) else {
            line.workers -= 1
            return nil
        }
        let order = line.waiting.remove(at: position)
        line.underWay.insert(order.instance)
        return order
    }
}
