import MartletBBSAPI
public import MartletLog
public import MartletModels
public import MartletStore

/// Asks cells to stop instances. The record of an instance goes away when its cell says that it has stopped.
///
/// Each cell has a queue of its own, so one that hangs holds up nobody else. What fails is not tried again here:
/// whoever asks again, as convergence does, has it tried again.
public actor InstanceStopper {
    /// What became of one request to stop.
    public enum Outcome: Hashable, Sendable {
        /// The cell has agreed.
        case asked
        /// The cell is not there; convergence will see to the record.
        case cellMissing
        case failed(String)
    }

    private struct Order {
        var stop: InstanceStop
        var at: Timestamp
    }

    private let store: Store
    private let cells: any CellClient
    private let clock: LoopClock
    private let log: Log
    private var queues: [CellID: [Order]] = [:]
    /// Cells whose queue is being worked off.
    private var busy: Set<CellID> = []
    /// As they were read since `presencesSince`; many stops of one cell come one after the other.
    private var presences: [CellID: CellPresence?] = [:]
    private var presencesSince = Timestamp.epoch
    private var told = RecentTimes<ActualLRPInstanceKey>(keptFor: InstanceStopper.patience)
    private let signals: AsyncStream<Void>
    private nonisolated let signal: AsyncStream<Void>.Continuation

    /// A cell that was told to stop an instance is not told again for so long: it is stopping, and asking again would
    /// only keep it from its work.
    static let patience = Duration.seconds(10)
    /// A request that waited for longer is dropped: what is wanted may have changed, and whoever still wants the
    /// instance stopped has asked again or will.
    static let freshness = Duration.seconds(2)
    /// For how long a presence is taken for what it was; a cell that has moved meanwhile does not answer, and is asked
    /// again.
    private static let presenceAge = Duration.seconds(1)
    /// Calls to one cell at a time.
    private static let callLimit = 32

    /// A stopper that tells nobody until `run`.
    public init(store: Store, cells: any CellClient, clock: LoopClock, log: Log) {
        (self.store, self.cells, self.clock, self.log) = (store, cells, clock, log)
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Has instances stopped soon, without waiting for their cells. `run` does the work.
    ///
    /// - Returns: those whose cells have been told within the last ten seconds; they are not told again.
    @discardableResult
    public func request(_ stops: [InstanceStop]) -> Set<ActualLRPKey> {
        let now = clock.now
        var stopping: Set<ActualLRPKey> = []
        for stop in stops {
            if let time = told[stop.instance], now - time < Self.patience {
                stopping.insert(stop.key)
            } else {
                told.note(stop.instance, at: now)
                queues[stop.instance.cellID, default: []].append(Order(stop: stop, at: now))
            }
        }
        if stopping.count < stops.count { signal.yield() }
        return stopping
    }

    /// As `request`, for records; those that no cell holds are passed over.
    public func request(_ lrps: [ActualLRP], traceID: String) {
        request(
            lrps.compactMap { lrp in
                lrp.instanceKey.map { InstanceStop(key: lrp.key, instance: $0, traceID: traceID) }
            }
        )
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

    /// Works off what is waiting now.
    func workOff() async {
        _ = await inParallel(takeIdleCells(), limit: 1_000) { await self.workOff($0) }
    }

    /// Asks the cell and waits for its answer. A failure is logged; the next convergence pass asks again.
    public func stop(_ stop: InstanceStop) async -> Outcome {
        told.note(stop.instance, at: clock.now)
        let cell: CellPresence?
        do throws(StoreError) { cell = try await presence(of: stop.instance.cellID) } catch {
            return conclude(stop, .failed("\(error)"))
        }
        return conclude(stop, await ask(stop, cell))
    }

    private func takeIdleCells() -> [CellID] {
        let idle = queues.keys.filter { !busy.contains($0) }.sorted()
        busy.formUnion(idle)
        return idle
    }

    private func workOff(_ cellID: CellID) async {
        defer { busy.remove(cellID) }
        while let orders = queues.removeValue(forKey: cellID) {
            let stops = fresh(orders)
            do throws(StoreError) {
                let cell = try await presence(of: cellID)
                let outcomes = await inParallel(stops, limit: Self.callLimit) { await self.ask($0, cell) }
                // Of many, one record tells; the store's events have each.
                let level: LogLevel = stops.count > 1 ? .debug : .info
                for (stop, outcome) in zip(stops, outcomes) { conclude(stop, outcome, level) }
                let asked = outcomes.lazy.filter { $0 == .asked }.count
                if stops.count > 1 {
                    log(.info, "asked cell to stop instances", ["cell": cellID.rawValue, "instances": "\(asked)"])
                }
            } catch {
                for stop in stops { conclude(stop, .failed("\(error)")) }
            }
        }
    }

    /// Those that have not waited for too long; the others are forgotten.
    private func fresh(_ orders: [Order]) -> [InstanceStop] {
        let now = clock.now
        for order in orders where now - order.at > Self.freshness { told.forget(order.stop.instance) }
        return orders.filter { now - $0.at <= Self.freshness }.map(\.stop)
    }

    private func presence(of cellID: CellID) async throws(StoreError) -> CellPresence? {
        let now = clock.now
        if now - presencesSince >= Self.presenceAge { (presences, presencesSince) = ([:], now) }
        if let known = presences[cellID] { return known }
        let presence: CellPresence?
        do throws(StoreError) { presence = try await store.cell(cellID).presence } catch {
            guard case .notFound = error else { throw error }
            presence = nil
        }
        presences[cellID] = .some(presence)
        return presence
    }

    private nonisolated func ask(_ stop: InstanceStop, _ cell: CellPresence?) async -> Outcome {
        guard let cell else { return .cellMissing }
        do throws(RepClientError) {
            try await cells.stop(
                stop.key.processGUID,
                stop.instance.instanceGUID,
                on: cell,
                traceID: stop.traceID
            )
            return .asked
        } catch { return .failed("\(error)") }
    }

    @discardableResult
    private func conclude(_ stop: InstanceStop, _ outcome: Outcome, _ level: LogLevel = .info) -> Outcome {
        // It may be asked for again at once: this request came to nothing.
        if outcome != .asked { told.forget(stop.instance) }
        switch outcome {
        case .asked: log(level, "asked cell to stop instance", stop.facts)
        case .cellMissing: log(level, "cell of instance to stop is not there", stop.facts)
        case .failed(let error):
            log(.warning, "cell was not asked to stop instance", stop.facts.merging(["error": error]) { $1 })
        }
        return outcome
    }
}

extension InstanceStop {
    fileprivate var facts: [String: String] {
        [
            "process_guid": key.processGUID.rawValue, "index": "\(key.index)",
            "cell": instance.cellID.rawValue, "instance_guid": instance.instanceGUID.rawValue,
        ]
    }
}
