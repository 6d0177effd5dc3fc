import MartletLinux

/// Keeps layers from being collected until the last reference to it is dropped.
final class LayerLease: Sendable {
    private let chainIDs: Set<ChainID>
    private let table: LeaseTable

    init(_ chainIDs: Set<ChainID>, in table: LeaseTable) {
        (self.chainIDs, self.table) = (chainIDs, table)
        table.add(chainIDs)
    }

    deinit { table.remove(chainIDs) }
}

/// Counts who holds which layer. A lease may end on any thread.
final class LeaseTable: Sendable {
    private let counts = Locked<[ChainID: Int]>([:])

    func add(_ chainIDs: Set<ChainID>) {
        counts.withLock { counts in
            for chainID in chainIDs { counts[chainID, default: 0] += 1 }
        }
    }

    func remove(_ chainIDs: Set<ChainID>) {
        counts.withLock { counts in
            for chainID in chainIDs {
                let left = counts[chainID, default: 0] - 1
                counts[chainID] = left > 0 ? left : nil
            }
        }
    }

    var held: Set<ChainID> { counts.withLock { Set($0.keys) } }
}
