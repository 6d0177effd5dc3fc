public import MartletLog
public import MartletModels
public import MartletStore
import MartletBBSAPI

/// Asks cells to stop instances. The record of an instance goes away when its cell says that it has stopped.
public struct InstanceStopper: Sendable {
    /// What became of one request to stop.
    public enum Outcome: Hashable, Sendable {
        /// The cell has agreed.
        case asked
        /// The cell is not there; convergence will see to the record.
        case cellMissing
        case failed(String)
    }

    private struct Order: Sendable {
        var key: ActualLRPKey
        var instance: ActualLRPInstanceKey
        var traceID: String
    }

    private let store: Store
    private let cells: any CellClient
    private let clock: LoopClock
    private let log: Log
    private let asked = StopMemory()
    private let orders: AsyncStream<Order>
    private let enqueueOrder: AsyncStream<Order>.Continuation

    public init(store: Store, cells: any CellClient, clock: LoopClock, log: Log) {
        (self.store, self.cells, self.clock, self.log) = (store, cells, clock, log)
        (orders, enqueueOrder) = AsyncStream.makeStream()
    }

    /// Has instances stopped soon, without waiting for their cells. `run` does the work.
    ///
    /// Instances that no cell holds are passed over.
    public func enqueue(_ instances: [ActualLRP], traceID: String = "") {
        for lrp in instances {
            guard let instance = lrp.instanceKey else { continue }
            enqueueOrder.yield(Order(key: lrp.key, instance: instance, traceID: traceID))
        }
    }

    /// Works off what was enqueued, until cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await order in orders {
                group.addTask { _ = await stop(order.key, order.instance, traceID: order.traceID) }
            }
        }
    }

    /// Asks the cell and waits for its answer. A failure is logged; the next convergence pass asks again.
    public func stop(
        _ key: ActualLRPKey,
        _ instance: ActualLRPInstanceKey,
        traceID: String = ""
    ) async -> Outcome {
        let outcome = await ask(key, instance, traceID)
        if outcome == .asked { await asked.remember(instance, at: clock.now) }
        let facts = [
            "process_guid": key.processGUID.rawValue, "index": "\(key.index)", "cell": instance.cellID.rawValue,
            "instance_guid": instance.instanceGUID.rawValue,
        ]
        switch outcome {
        case .asked: log(.info, "asked cell to stop instance", facts)
        case .cellMissing: log(.info, "cell of instance to stop is not there", facts)
        case .failed(let error):
            log(.warning, "cell was not asked to stop instance", facts.merging(["error": error]) { $1 })
        }
        return outcome
    }

    /// Whether a cell has agreed to stop it within the last ten seconds: it is stopping, and asking again in every
    /// pass would only keep the cell from its work.
    func isStopping(_ instance: ActualLRPInstanceKey) async -> Bool {
        await asked.isRemembered(instance, since: clock.now.advanced(by: .seconds(-10)))
    }

    private func ask(
        _ key: ActualLRPKey,
        _ instance: ActualLRPInstanceKey,
        _ traceID: String
    ) async -> Outcome {
        let cell: RegisteredCell
        do throws(StoreError) { cell = try await store.cell(instance.cellID) } catch {
            if case .notFound = error { return .cellMissing }
            return .failed("\(error)")
        }
        do throws(RepClientError) {
            try await cells.stop(key.processGUID, instance.instanceGUID, on: cell.presence, traceID: traceID)
            return .asked
        } catch { return .failed("\(error)") }
    }
}

/// When cells agreed to stop what.
private actor StopMemory {
    private var times: [ActualLRPInstanceKey: Timestamp] = [:]

    func remember(_ instance: ActualLRPInstanceKey, at now: Timestamp) {
        if times.count >= 4_096 { times = times.filter { $0.value > now.advanced(by: .seconds(-10)) } }
        times[instance] = now
    }

    func isRemembered(_ instance: ActualLRPInstanceKey, since limit: Timestamp) -> Bool {
        times[instance].map { $0 > limit } ?? false
    }
}
