public import MartletLog
public import MartletModels
public import MartletStore
import MartletBBSAPI

/// Tells cells what the instances that they hold are to take over from their desired LRP without a restart: internal
/// routes and metric tags (BBS section 5.5.5).
///
/// An instance is told what is wanted when its turn comes, not when it was enqueued, and never twice at a time: so the
/// last that it hears is the newest. What a cell does not hear is left to convergence, which compares what instances
/// report with what is wanted.
public struct InstanceUpdater: Sendable {
    private let store: Store
    private let cells: any CellClient
    private let log: Log
    private let queue = UpdateQueue()
    private let orders: AsyncStream<UpdateOrder>
    private let enqueueOrder: AsyncStream<UpdateOrder>.Continuation

    /// An updater that tells nobody until `run`.
    public init(store: Store, cells: any CellClient, log: Log) {
        (self.store, self.cells, self.log) = (store, cells, log)
        (orders, enqueueOrder) = AsyncStream.makeStream()
    }

    /// Has instances told soon, without waiting for their cells. `run` does the work.
    ///
    /// Instances that no cell holds and evacuating ones are passed over. One that is waiting already is told once.
    public func enqueue(_ instances: [ActualLRP], traceID: String = "") {
        for lrp in instances where lrp.presence != .evacuating {
            guard let instance = lrp.instanceKey else { continue }
            enqueueOrder.yield(UpdateOrder(key: lrp.key, instance: instance, traceID: traceID))
        }
    }

    /// Works off what was enqueued, until cancelled. A cell that hangs holds up only its own.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await order in orders where await queue.add(order) {
                group.addTask { await work(on: order.instance.cellID) }
            }
        }
    }

    private func work(on cell: CellID) async {
        var done: UpdateOrder?
        while !Task.isCancelled, let order = await queue.next(on: cell, after: done) {
            await carryOut(order)
            done = order
        }
    }

    private func carryOut(_ order: UpdateOrder) async {
        let facts = [
            "process_guid": order.key.processGUID.rawValue, "index": "\(order.key.index)",
            "cell": order.instance.cellID.rawValue, "instance_guid": order.instance.instanceGUID.rawValue,
        ]
        do throws(Failure) {
            if try await tell(order) { log(.info, "told cell what instance is to take over", facts) }
        } catch {
            log(
                .warning,
                "cell was not told what instance is to take over",
                facts.merging(["error": error.text]) { $1 }
            )
        }
    }

    private struct Failure: Error {
        let text: String
    }

    /// - Returns: false when there is nobody to tell, or nothing any more.
    private func tell(_ order: UpdateOrder) async throws(Failure) -> Bool {
        let (cell, update): (CellPresence, LRPLiveUpdate)
        do throws(StoreError) {
            (cell, update) = try await store.read { (snapshot) throws(StoreError) in
                let desired = try snapshot.desiredLRP(order.key.processGUID)
                return (
                    try snapshot.cell(order.instance.cellID).presence,
                    desired.liveUpdate(index: order.key.index, instance: order.instance.instanceGUID)
                )
            }
        } catch {
            if case .notFound = error { return false }
            throw Failure(text: "\(error)")
        }
        do throws(RepClientError) {
            let instance = order.instance.instanceGUID
            try await cells.update(order.key, instance, update, on: cell, traceID: order.traceID)
        } catch { throw Failure(text: "\(error)") }
        return true
    }
}
