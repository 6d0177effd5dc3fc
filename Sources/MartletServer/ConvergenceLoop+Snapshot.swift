import MartletConvergence
import MartletModels
import MartletStore

extension ConvergenceLoop {
    /// The store as of one commit, and what the auctioneer was asked for lately.
    func readSnapshot() async throws(StoreError) -> ConvergenceSnapshot {
        let rules = configuration.rules
        let now = clock.now
        let asked = await auctioneer.recentlyAsked(since: now.advanced(by: .zero - rules.staleAfter))
        let cellAppearedAt = cellAppearedAt
        return try await store.read { (store) throws(StoreError) in
            ConvergenceSnapshot(
                now: now,
                desired: try store.schedulingInfos(),
                actual: try store.actualLRPs(),
                cells: try store.cells(),
                freshDomains: Set(try store.freshDomains().map(\.name)),
                policy: AdmissionPolicy(flags: try store.featureFlags()),
                asked: asked,
                cellAppearedAt: cellAppearedAt,
                rules: rules
            )
        }
    }
}

extension CycleRecord {
    /// Writes down what the pass saw and decided.
    mutating func describe(_ snapshot: ConvergenceSnapshot, _ plan: ConvergencePlan) {
        seen.desiredLRPs = snapshot.desired.count
        seen.instances = snapshot.desired.reduce(0) { $0 + $1.instances }
        for lrp in snapshot.actual { seen.actualLRPs[Self.kind(of: lrp), default: 0] += 1 }
        seen.cells = snapshot.liveCells.map(\.rawValue).sorted()
        seen.freshDomains = snapshot.freshDomains.map(\.rawValue).sorted()
        decided = plan.counts
        items = plan.items.prefix(Self.itemLimit).map { item in
            "\(item.verb.rawValue) \(item.key)\(item.detail.isEmpty ? "" : ": \(item.detail)")"
        }
        braked = plan.braked.map { "\($0)" }
    }

    private static func kind(of lrp: ActualLRP) -> String {
        switch lrp.presence {
        case .ordinary: lrp.state.name.rawValue
        case .evacuating: "EVACUATING"
        case .suspect: "SUSPECT"
        }
    }
}
