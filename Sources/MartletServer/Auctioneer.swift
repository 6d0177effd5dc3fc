public import MartletAuction
import MartletConvergence
public import MartletLog
public import MartletModels
public import MartletStore

/// Finds cells for instances: one auction at a time, over everything that was asked for meanwhile.
///
/// Asking is cheap and may be repeated; an instance that is no longer waiting when its turn comes is passed over.
public actor Auctioneer {
    /// A refusal and when it was given.
    public struct RememberedRefusal: Hashable, Sendable {
        public var at: Timestamp
        /// When the auction that refused it began to ask cells; one that appeared later was not considered.
        public var began: Timestamp
        public var refusal: PlacementRefusal
    }

    let store: Store
    let cells: any CellClient
    let clock: LoopClock
    let log: Log
    let configuration: AuctionConfiguration
    private var waiting: [ActualLRPKey: String] = [:]
    /// Kept for longer than the planner lets an instance wait (30 s, BBS section 5.4.2).
    private var asked = RecentTimes<ActualLRPKey>(keptFor: .seconds(120))
    private var refusals: [ActualLRPKey: RememberedRefusal] = [:]
    private let signals: AsyncStream<Void>
    private nonisolated let signal: AsyncStream<Void>.Continuation

    public init(
        store: Store,
        cells: any CellClient,
        clock: LoopClock,
        log: Log,
        configuration: AuctionConfiguration = AuctionConfiguration()
    ) {
        self.store = store
        self.cells = cells
        self.clock = clock
        self.log = log
        self.configuration = configuration
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Asks for an auction of these instances.
    public func request(_ keys: [ActualLRPKey], traceID: String = "") {
        guard !keys.isEmpty else { return }
        let now = clock.now
        for key in keys { waiting[key] = traceID }
        asked.note(keys, at: now)
        signal.yield()
    }

    /// These instances were refused, so they are not on their way to a cell any more.
    func withdraw(_ keys: [ActualLRPKey]) {
        for key in keys { waiting[key] = nil }
        asked.forget(keys)
    }

    /// Holds auctions until cancelled.
    public func run() async {
        for await _ in signals { await auction() }
    }

    /// When an auction was last asked for, for those of these instances that may still be on their way to a cell.
    func askedTimes(of keys: [ActualLRPKey]) -> [ActualLRPKey: Timestamp] {
        asked.expire(at: clock.now)
        var times: [ActualLRPKey: Timestamp] = [:]
        for key in keys { times[key] = asked[key] }
        return times
    }

    /// Forgets the refusals of instances that no longer wait.
    func keepRefusals(of keys: Set<ActualLRPKey>) { refusals = refusals.filter { keys.contains($0.key) } }

    /// The last refusals of these instances, of those that were refused and not placed since.
    public func lastRefusals(of keys: [ActualLRPKey]) -> [ActualLRPKey: RememberedRefusal] {
        var found: [ActualLRPKey: RememberedRefusal] = [:]
        for key in keys { found[key] = refusals[key] }
        return found
    }

    /// These instances wait no more, as whoever read them has seen.
    public func forgetRefusals(of keys: [ActualLRPKey]) { for key in keys { refusals[key] = nil } }

    /// The last refusal of every instance that was refused and not placed since.
    public var lastRefusals: [ActualLRPKey: RememberedRefusal] { refusals }

    /// One auction: asks all cells what they have, decides, hands out the work, and writes down what was refused.
    func auction() async {
        let began = clock.now
        let found = await fetchStates()
        let keys = waiting
        waiting = [:]
        guard !keys.isEmpty else { return }
        let work = await admit(Array(keys.keys))
        let result = schedule(
            work.requests,
            cells: found.states,
            unreachable: found.unreachable,
            configuration: configuration
        )
        let declined = await handOut(result, to: found.presences, traceIDs: keys)
        let refused =
            work.refused + (result.refusals + declined).map { RefusedInstance(key: $0.key, placementError: $0.text) }
        await write(refused)
        asked.forget(refused.lazy.map(\.key).filter { self.waiting[$0] == nil })
        remember(result, declined: declined, began: began)
        log(
            .info,
            "auction ended",
            [
                "placed": "\(result.placements.count - declined.count)", "took": "\(clock.now - began)",
                "refused": "\(refused.count)",
                "cells": "\(found.states.count)", "unreachable": "\(found.unreachable.count)",
            ]
        )
    }

    private func remember(_ result: AuctionResult, declined: [PlacementRefusal], began: Timestamp) {
        let now = clock.now
        for placement in result.placements { refusals[placement.key] = nil }
        for refusal in result.refusals + declined {
            refusals[refusal.key] = RememberedRefusal(at: now, began: began, refusal: refusal)
        }
    }
}
