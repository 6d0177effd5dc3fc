import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletServer
import MartletTestSupport

/// How a server reaches the agents of cells.
struct NetworkCellClient: CellClient {
    let world: World
    let timeout: Duration = .seconds(10)

    func state(of cell: CellPresence) async throws(RepClientError) -> CellState {
        try await call("state", cell) { $0.machine.state }
    }

    func perform(_ work: CellWork, on cell: CellPresence, traceID: String) async throws(RepClientError) -> CellWork {
        let names = work.lrps.map { "\($0.key)" } + work.tasks.map { "\($0.guid)" }
        let world = world
        let declined = try await call("work \(names.joined(separator: " "))", cell) { agent in
            world.judgeWork(work.lrps, on: agent.machine)
            world.judgeWork(work.tasks, on: agent.machine)
            let lrps = await agent.perform(work.lrps)
            return CellWork(lrps: lrps, tasks: await agent.perform(work.tasks), cellID: work.cellID)
        }
        world.judgeDeclined(declined)
        return declined
    }

    func stop(
        _ processGUID: ProcessGUID,
        _ instanceGUID: InstanceGUID,
        on cell: CellPresence,
        traceID: String
    ) async throws(RepClientError) {
        world.judgeStop(processGUID, ActualLRPInstanceKey(instanceGUID: instanceGUID, cellID: cell.cellID))
        let isKnown = try await call("stop \(processGUID) \(instanceGUID)", cell) { agent in
            await agent.stopInstance(instanceGUID)
        }
        if !isKnown { throw .status(.internalServerError) }
    }

    func update(
        _ key: ActualLRPKey,
        _ instanceGUID: InstanceGUID,
        _ update: LRPLiveUpdate,
        on cell: CellPresence,
        traceID: String
    ) async throws(RepClientError) {
        let isKnown = try await call("update \(key) \(instanceGUID)", cell) { agent in
            await agent.updateInstance(instanceGUID, update)
        }
        if !isKnown { throw .status(.internalServerError) }
    }

    func cancelTask(_ guid: TaskGUID, on cell: CellPresence, traceID: String) async throws(RepClientError) {
        // Cells drop what they are told to, whether or not they have it.
        try await call("cancel task \(guid)", cell) { await $0.cancel(guid) }
    }

    private func call<Answer: Sendable>(
        _ what: String,
        _ cell: CellPresence,
        _ body: @escaping @Sendable (CellAgent) async -> Answer
    ) async throws(RepClientError) -> Answer {
        let world = world
        do throws(HTTPTransportError) {
            return try await world.network.call(
                what,
                from: ServerTransport.host,
                to: cell.cellID.rawValue,
                timeout: timeout,
                callee: { world.agent(of: cell.cellID) },
                body
            )
        } catch { throw .transport(error) }
    }
}
