import MartletBBSAPI
import MartletConvergence
import MartletLog
import MartletModels
import MartletStore

/// Instances that a cell runs and nobody ever desired here, as after the loss of a database. Their records do not say
/// what root file system they have, so while the flag for Docker images is off their cells are asked.
extension ConvergenceLoop {
    /// Whether a pass with these triggers is a reason to ask.
    func isLearningDue(_ agenda: ConvergenceAgenda, _ world: PassWorld) -> Bool {
        guard world.policy.refusal(of: AdmissionSubject(isDocker: true)) != nil else { return false }
        return agenda.isEverything || agenda.isFlag || agenda.triggers.contains(.instanceStarted)
    }

    /// Asks, and writes down what is learnt. Cells that do not answer are asked again after the next pass over
    /// everything.
    func learnRootFS() async {
        defer {
            isLearning = false
            if wantsRootFS { signalWork() }
        }
        do throws(StoreError) {
            let unknown = try await store.read { (store) throws(StoreError) in
                try store.unknownRootFS(limit: Self.unknownLimit)
            }
            guard !unknown.isEmpty else { return }
            let holders = Dictionary(unknown.map { ($0.1, $0.0) }) { first, _ in first }
            let found = await auctioneer.rootFS(of: Set(holders.keys))
            for (instance, rootFS) in found.sorted(by: { $0.key < $1.key }) {
                guard let id = holders[instance] else { continue }
                _ = try await store.write { (transaction) throws(StoreError) in
                    try transaction.learn(isDocker: rootFS.isDocker, of: id)
                }
                if rootFS.isDocker { note(.flagChanged, [.instances([id])]) }
            }
        } catch {
            log(.warning, "root file systems of unknown instances were not learnt", ["error": "\(error)"])
        }
    }

    private static let unknownLimit = 10_000
}

extension Auctioneer {
    /// What the cells that hold these instances say their root file systems are.
    func rootFS(of instances: Set<ActualLRPInstanceKey>) async -> [ActualLRPInstanceKey: RootFS] {
        let (store, cells) = (store, cells)
        let holders = Set(instances.map(\.cellID)).sorted()
        let states = await inParallel(holders) { cellID -> CellState? in
            guard let cell = try? await store.cell(cellID) else { return nil }
            return try? await cells.state(of: cell.presence)
        }
        var found: [ActualLRPInstanceKey: RootFS] = [:]
        for (cellID, state) in zip(holders, states) {
            for lrp in state?.lrps ?? [] {
                guard let guid = lrp.instanceGUID else { continue }
                let instance = ActualLRPInstanceKey(instanceGUID: guid, cellID: cellID)
                if instances.contains(instance) { found[instance] = lrp.rootFS }
            }
        }
        return found
    }
}
