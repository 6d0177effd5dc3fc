import MartletModels
import MartletStore

/// Which desired LRPs were removed on record. Read from the table of events only when the brake asks for it.
struct RemovalLog {
    private var scannedTo: Int64 = 0
    private(set) var removed: Set<ProcessGUID> = []

    /// With what has been written since the last time.
    func updated(from store: Store) async throws(StoreError) -> RemovalLog {
        var log = self
        while true {
            let events = try await store.events(after: log.scannedTo, limit: 10_000)
            guard let last = events.last else { return log }
            for event in events {
                switch event.event {
                case .lrp(.desiredLRPRemoved(let lrp)): log.removed.insert(lrp.processGUID)
                case .lrp(.desiredLRPCreated(let lrp)): log.removed.remove(lrp.processGUID)
                default: continue
                }
            }
            log.scannedTo = last.number
        }
    }
}
