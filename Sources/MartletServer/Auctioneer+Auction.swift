import MartletAuction
import MartletConvergence
import MartletLog
import MartletModels
import MartletStore

/// What a part of an auction came to.
struct TurnOutcome: Sendable {
    /// What may not run at all, as a flag says.
    var notAdmitted = NotAdmitted()
    var result = AuctionResult()
    /// What cells did not take.
    var declined = Declined()

    struct NotAdmitted: Sendable {
        var instances: [RefusedInstance] = []
        var tasks: [RefusedTask] = []
    }

    struct Declined: Sendable {
        var instances: [PlacementRefusal] = []
        var tasks: [TaskRefusal] = []
        /// Cells that did not answer, and why.
        var lostCells: [CellID: String] = [:]
    }

    /// Placement errors to write down.
    var refusedInstances: [RefusedInstance] {
        notAdmitted.instances
            + (result.refusals + declined.instances).map { RefusedInstance(key: $0.key, placementError: $0.text) }
    }
}

extension Auctioneer {
    /// One auction: asks all cells what they have, decides, hands out the work, and writes down what was refused.
    ///
    /// A large one goes on in turns, each handed out before the next is decided, so that nobody waits for the last.
    func auction() async {
        let began = clock.now
        let found = await fetchStates()
        let asked = takeWaiting()
        guard !asked.isEmpty else { return }
        let requests = await requests(for: asked.instances.keys.sorted())
        keepUnderAuction(requests)
        var auction = Auction(
            requests,
            tasks: await taskRequests(for: asked.tasks.keys.sorted()),
            cells: found.states,
            unreachable: found.unreachable,
            configuration: configuration
        )
        var summary = Summary()
        var turnBefore: (claims: EventSubscription, placed: Int)?
        while true {
            let items = auction.take(turnLimit)
            guard !items.isEmpty else { break }
            if let turnBefore { await keepPace(turnBefore.claims, placed: turnBefore.placed) }
            let isAhead = summary.placedInstances >= claimBacklog
            let claims = isAhead ? await store.subscribe(bufferLimit: Self.claimBuffer) : nil
            let (outcome, lost) = await turn(takeTurns(items), &auction, found, asked)
            conclude(outcome, began: began)
            for cell in lost.sorted(by: { $0.key < $1.key }) { auction.lose(cell.key, because: cell.value) }
            let before = summary.placedInstances
            summary.add(outcome)
            turnBefore = claims.map { ($0, summary.placedInstances - before) }
        }
        endAuction()
        await askAgain(summary, askedCells: Set(found.presences.keys))
        log(
            .info,
            "auction ended",
            [
                "placed": "\(summary.placedInstances + summary.placedTasks)", "took": "\(clock.now - began)",
                "refused": "\(summary.refusedCount)",
                "cells": "\(found.states.count)", "unreachable": "\(found.unreachable.count)",
            ]
        )
    }

    private struct Summary {
        var placedInstances = 0
        var placedTasks = 0
        var refusedCount = 0
        /// What found no cell, and would be glad of another one.
        var instances: [ActualLRPKey] = []
        var tasks: [TaskGUID] = []

        mutating func add(_ outcome: TurnOutcome) {
            let (result, declined) = (outcome.result, outcome.declined)
            placedInstances += result.placements.count - declined.instances.count
            placedTasks += result.taskPlacements.count - declined.tasks.count
            instances += result.refusals.map(\.key)
            tasks += result.taskRefusals.map(\.guid)
            refusedCount += outcome.notAdmitted.instances.count + outcome.notAdmitted.tasks.count
            refusedCount += result.refusals.count + result.taskRefusals.count
            refusedCount += declined.instances.count + declined.tasks.count
        }
    }

    private func turn(
        _ items: [AuctionItem],
        _ auction: inout Auction,
        _ found: FoundCells,
        _ asked: AuctionQueue
    ) async -> (outcome: TurnOutcome, lostCells: [CellID: String]) {
        let admitted = await admit(items)
        var outcome = TurnOutcome(notAdmitted: admitted.notAdmitted)
        outcome.result = auction.decide(admitted.items)
        outcome.declined = await handOut(outcome.result.orders, to: found.presences, asked)
        await write(outcome)
        return (outcome, outcome.declined.lostCells)
    }

    /// A cell that has appeared since the others were asked may take what they could not.
    private func askAgain(_ summary: Summary, askedCells: Set<CellID>) async {
        guard !summary.instances.isEmpty || !summary.tasks.isEmpty else { return }
        guard let cells = try? await store.cells() else { return }
        guard cells.contains(where: { !askedCells.contains($0.presence.cellID) }) else { return }
        request(summary.instances)
        request(tasks: summary.tasks)
    }
}
