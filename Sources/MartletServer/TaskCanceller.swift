import MartletBBSAPI
public import MartletLog
public import MartletModels
public import MartletStore

/// Tells cells to drop tasks that have been ended here. The records say so already, so nothing waits for the cells.
///
/// Each cell has a queue of its own, so one that hangs holds up nobody else. A cell that cannot be reached is told again
/// for a minute; after that it finds out by itself when it compares what it runs with the records.
public actor TaskCanceller {
    private struct Order: Sendable {
        var guid: TaskGUID
        var attempts = 0
    }

    private let store: Store
    private let cells: any CellClient
    private let clock: LoopClock
    private let log: Log
    private var queues: [CellID: [Order]] = [:]
    /// Cells whose queue is being worked off.
    private var busy: Set<CellID> = []
    private let signals: AsyncStream<Void>
    private nonisolated let signal: AsyncStream<Void>.Continuation

    private static let retryAfter = Duration.seconds(5)
    private static let attemptLimit = 12
    /// Calls to one cell at a time.
    private static let callLimit = 32

    /// A canceller that tells nobody until `run`, except through `cancel`.
    public init(store: Store, cells: any CellClient, clock: LoopClock, log: Log) {
        (self.store, self.cells, self.clock, self.log) = (store, cells, clock, log)
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Has a task dropped soon, without waiting for its cell. `run` does the work.
    public func request(_ guid: TaskGUID, on cellID: CellID) {
        queues[cellID, default: []].append(Order(guid: guid))
        signal.yield()
    }

    /// Tells the cell and waits for its answer; what fails is tried again later, by `run`.
    public func cancel(_ guid: TaskGUID, on cellID: CellID, traceID: String = "") async {
        guard let cell = await presence(of: cellID) else { return }
        if await !tell(guid, cell, traceID) { request(guid, on: cellID) }
    }

    /// Works off what was requested, until cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await _ in signals {
                for cell in takeIdleCells() { group.addTask { await self.workOff(cell) } }
            }
            group.cancelAll()
        }
    }

    /// Tells every cell once what is waiting now, and waits for the answers; a step of `run`, for tests.
    func workOffOnce() async {
        let idle = takeIdleCells()
        _ = await inParallel(idle) { cell in await self.workOnce(cell) }
        busy.subtract(idle)
    }

    private func takeIdleCells() -> [CellID] {
        let idle = queues.keys.filter { !busy.contains($0) }.sorted()
        busy.formUnion(idle)
        return idle
    }

    private func workOff(_ cellID: CellID) async {
        defer { busy.remove(cellID) }
        while queues[cellID] != nil {
            guard await !workOnce(cellID) else { continue }
            guard (try? await clock.sleep(until: clock.now + Self.retryAfter)) != nil else { return }
        }
    }

    /// - Returns: whether nothing has to be tried again.
    @discardableResult
    private func workOnce(_ cellID: CellID) async -> Bool {
        guard let orders = queues.removeValue(forKey: cellID) else { return true }
        guard let cell = await presence(of: cellID) else { return true }
        let done = await inParallel(orders, limit: Self.callLimit) { await self.tell($0.guid, cell, "") }
        let failed = zip(orders, done).compactMap { order, isDone in
            isDone || order.attempts + 1 >= Self.attemptLimit
                ? nil : Order(guid: order.guid, attempts: order.attempts + 1)
        }
        if !failed.isEmpty { queues[cellID, default: []] += failed }
        return failed.isEmpty
    }

    /// `nil` when the cell is gone, and its tasks with it.
    private nonisolated func presence(of cellID: CellID) async -> CellPresence? {
        do throws(StoreError) { return try await store.cell(cellID).presence } catch {
            if case .notFound = error { return nil }
            log(.warning, "cell of task to drop was not read", ["cell": cellID.rawValue, "error": "\(error)"])
            return nil
        }
    }

    private nonisolated func tell(_ guid: TaskGUID, _ cell: CellPresence, _ traceID: String) async -> Bool {
        let facts = ["task_guid": guid.rawValue, "cell": cell.cellID.rawValue]
        do throws(RepClientError) {
            try await cells.cancelTask(guid, on: cell, traceID: traceID)
            log(.info, "told cell to drop task", facts)
            return true
        } catch {
            log(.warning, "cell was not told to drop task", facts.merging(["error": "\(error)"]) { $1 })
            return false
        }
    }
}
