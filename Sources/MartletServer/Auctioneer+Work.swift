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

    struct AdmittedWork: Sendable {
        var requests: [LRPStartRequest] = []
        var refused: [RefusedInstance] = []
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

    /// What still waits for a cell and may have one, read as of one commit.
    func admit(_ keys: [ActualLRPKey]) async -> AdmittedWork {
        do throws(StoreError) {
            return try await store.read { (snapshot) throws(StoreError) in
                let guids = Set(keys.map(\.processGUID)).sorted()
                let infos = try snapshot.schedulingInfos(DesiredLRPFilter(processGUIDs: guids))
                let waiting = try snapshot.actualLRPs(ActualLRPFilter(processGUIDs: guids))
                    .filter { $0.presence == .ordinary && $0.state == .unclaimed }
                let asked = Set(keys.map(InstanceID.init)).intersection(waiting.map { InstanceID($0.key) })
                let policy = AdmissionPolicy(flags: try snapshot.featureFlags())
                return Self.sort(infos, asked: asked, policy)
            }
        } catch {
            log(.error, "instances to auction were not read", ["error": "\(error)"])
            return AdmittedWork()
        }
    }

    private static func sort(
        _ infos: [DesiredLRPSchedulingInfo],
        asked: Set<InstanceID>,
        _ policy: AdmissionPolicy
    ) -> AdmittedWork {
        var work = AdmittedWork()
        let indices = Dictionary(grouping: asked, by: \.processGUID).mapValues { $0.map(\.index).sorted() }
        for info in infos {
            let indices = (indices[info.processGUID] ?? []).filter { $0 < info.instances }
            let request = LRPStartRequest(info, indices: indices)
            guard request.invalidity == nil else { continue }
            if let refusal = policy.refusal(of: info) {
                work.refused += request.work.map {
                    RefusedInstance(key: $0.key, placementError: refusal.placementError)
                }
            } else {
                work.requests.append(request)
            }
        }
        return work
    }

    /// Sends every cell its work. An error counts as success: the cell may have taken it, and placing it twice is
    /// worse than waiting for convergence (auctioneer section 1.7).
    func handOut(
        _ result: AuctionResult,
        to presences: [CellID: CellPresence],
        traceIDs: [ActualLRPKey: String]
    ) async -> [PlacementRefusal] {
        let client = cells
        let log = log
        let orders = result.orders.compactMap { order in
            presences[order.cellID].map { (presence: $0, work: CellWork(lrps: order.lrps, cellID: order.cellID)) }
        }
        let declined = await inParallel(orders, limit: 1_000) { order -> [PlacementRefusal] in
            let traceID = order.work.lrps.lazy.compactMap { traceIDs[$0.key] }.first { !$0.isEmpty } ?? ""
            do throws(RepClientError) {
                let rest = try await client.perform(order.work, on: order.presence, traceID: traceID)
                return rest.lrps.map { Placement(cellID: order.presence.cellID, work: $0).declined }
            } catch {
                log(
                    .warning,
                    "cell did not answer to work",
                    ["cell": order.presence.cellID.rawValue, "error": "\(error)"]
                )
                return []
            }
        }
        return declined.flatMap(\.self)
    }

    func write(_ refused: [RefusedInstance]) async {
        let (store, log) = (store, log)
        _ = await inParallel(refused) { refused in
            do throws(StoreError) {
                try await store.fail(refused.key, placementError: refused.placementError)
            } catch {
                // It has been claimed or has gone meanwhile; whoever did that knows better.
                log(.debug, "placement error was not written", ["lrp": "\(refused.key)", "error": "\(error)"])
            }
        }
    }
}

/// A process guid and index, whatever the domain says.
private struct InstanceID: Hashable, Sendable {
    let processGUID: ProcessGUID
    let index: Int

    init(_ key: ActualLRPKey) { (processGUID, index) = (key.processGUID, key.index) }
}
