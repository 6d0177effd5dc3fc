import MartletAuction
import MartletBBSAPI
import MartletConvergence
import MartletLog
import MartletModels
import MartletStore

/// The steps of one auction that reach out.
extension Auctioneer {
    struct FoundCells {
        var states: [CellState] = []
        var unreachable: [CellID: String] = [:]
        var presences: [CellID: CellPresence] = [:]
    }

    /// Tries up to four times, without a pause, while no cell at all answers (auctioneer section 1.6).
    func fetchStates() async -> FoundCells {
        var found = FoundCells()
        for _ in 0..<4 {
            found = await fetchStatesOnce()
            if !found.states.isEmpty || found.unreachable.isEmpty { break }
        }
        return found
    }

    private func fetchStatesOnce() async -> FoundCells {
        let registered: [RegisteredCell]
        do throws(StoreError) { registered = try await store.cells() } catch {
            log(.error, "cells were not read", ["error": "\(error)"])
            return FoundCells()
        }
        let client = cells
        let answers = await inParallel(registered.map(\.presence), limit: 1_000) { presence in
            do throws(RepClientError) {
                return Result<CellState, RepClientError>.success(try await client.state(of: presence))
            } catch {
                return .failure(error)
            }
        }
        var found = FoundCells()
        for (presence, answer) in zip(registered.map(\.presence), answers) {
            found.presences[presence.cellID] = presence
            switch answer {
            case .success(var state) where state.cellID == presence.cellID || state.cellID.isEmpty:
                // One that does not say who it is would be placed on and never handed the work.
                state.cellID = presence.cellID
                found.states.append(state)
            case .success(let state):
                // Another cell answers under its address: the presence is older than a move.
                found.unreachable[presence.cellID] = "cell \(state.cellID) answered instead"
            case .failure(let error): found.unreachable[presence.cellID] = "\(error)"
            }
        }
        return found
    }

    /// Sends every cell its work. An error counts as success: the cell may have taken it, and placing it twice is
    /// worse than waiting for convergence (auctioneer section 1.7).
    func handOut(
        _ orders: [CellOrder],
        to presences: [CellID: CellPresence],
        _ asked: AuctionQueue
    ) async -> TurnOutcome.Declined {
        let (client, log) = (cells, log)
        let answers = await inParallel(orders, limit: 1_000) { order -> TurnOutcome.Declined in
            guard let cell = presences[order.cellID] else { return TurnOutcome.Declined() }
            let work = CellWork(lrps: order.lrps, tasks: order.tasks, cellID: order.cellID)
            do throws(RepClientError) {
                let rest = try await client.perform(work, on: cell, traceID: asked.traceID(of: order))
                return TurnOutcome.Declined(
                    instances: rest.lrps.map { Placement(cellID: order.cellID, work: $0).declined },
                    tasks: rest.tasks.map { TaskPlacement(cellID: order.cellID, work: $0).declined }
                )
            } catch {
                log(.warning, "cell did not answer to work", ["cell": order.cellID.rawValue, "error": "\(error)"])
                return TurnOutcome.Declined(lostCells: [order.cellID: "\(error)"])
            }
        }
        return answers.reduce(into: TurnOutcome.Declined()) { all, answer in
            all.instances += answer.instances
            all.tasks += answer.tasks
            all.lostCells.merge(answer.lostCells) { $1 }
        }
    }

    /// Writes down what was refused, some hundred in one turn of the store's writer.
    func write(_ outcome: TurnOutcome) async {
        let rejected = (outcome.result.taskRefusals + outcome.declined.tasks).map { (guid: $0.guid, reason: $0.text) }
        await write(outcome.refusedInstances)
        await inParts(outcome.notAdmitted.tasks) { refused, transaction throws(StoreError) in
            try transaction.refuseTask(refused)
        }
        let changes = await inParts(rejected) { rejected, transaction throws(StoreError) in
            // One that runs by now was handed out before, and only its cell may give it back.
            let task = try transaction.snapshot.task(rejected.guid)
            guard case .pending = task.state else { return Change(before: task, after: task) }
            return try transaction.rejectTask(rejected.guid, reason: rejected.reason)
        }
        for change in changes where change.event != nil { await callbacks?.request(change) }
    }

    func write(_ refused: [RefusedInstance]) async {
        await inParts(refused) { refused, transaction throws(StoreError) in
            try transaction.fail(refused.key, placementError: refused.placementError)
        }
    }

    /// - Returns: what came of those that were not overtaken.
    @discardableResult
    private func inParts<Item: Sendable, Outcome: Sendable>(
        _ items: [Item],
        _ body: @escaping @Sendable (Item, inout StoreTransaction) throws(StoreError) -> Outcome
    ) async -> [Outcome] {
        var outcomes: [Outcome] = []
        for start in stride(from: 0, to: items.count, by: Self.writeLimit) {
            let part = items[start..<min(start + Self.writeLimit, items.count)]
            do throws(StoreError) {
                outcomes += try await store.write { (transaction) throws(StoreError) in
                    var outcomes: [Outcome] = []
                    for item in part {
                        if let outcome = try transaction.unlessOvertaken(item, body) { outcomes.append(outcome) }
                    }
                    return outcomes
                }
            } catch { log(.warning, "placement errors were not written", ["error": "\(error)"]) }
        }
        return outcomes
    }

    private static let writeLimit = 500
}

extension StoreTransaction {
    /// It may have been claimed or have gone meanwhile; whoever did that knows better. These verbs check before they
    /// write, so one that is refused leaves nothing behind.
    fileprivate mutating func unlessOvertaken<Item, Outcome>(
        _ item: Item,
        _ body: (Item, inout StoreTransaction) throws(StoreError) -> Outcome
    ) throws(StoreError) -> Outcome? {
        do throws(StoreError) { return try body(item, &self) } catch {
            switch error {
            case .notFound, .refused, .refusedTask: return nil
            // Convergence tells of it.
            case .damaged: return nil
            case .alreadyExists, .invalid, .busy, .full, .broken: throw error
            }
        }
    }
}

extension AuctionQueue {
    /// One request's for the whole order, as it travels in one header.
    fileprivate func traceID(of order: CellOrder) -> String {
        order.lrps.lazy.compactMap { self.instances[$0.key] }.first { !$0.isEmpty }
            ?? order.tasks.lazy.compactMap { self.tasks[$0.guid] }.first { !$0.isEmpty } ?? ""
    }
}
