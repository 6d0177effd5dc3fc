public import MartletModels

/// What the cell has, and who keeps how much of it.
///
/// Room is given back when a record is removed, not when its container has ended: until then its root file system
/// and its files still exist.
public struct ResourceLedger: Hashable, Sendable {
    /// What one container keeps.
    public struct Reservation: Hashable, Sendable {
        public var resources: ContainerResources
        public var slot: Int
    }

    public let total: CellCapacity
    public private(set) var reservations: [InstanceGUID: Reservation] = [:]

    public init(total: CellCapacity) { self.total = total }

    /// Never negative, also when the cell was given less than what it already runs.
    public var available: CellCapacity {
        let memoryMB = reservations.values.reduce(0) { $0 + $1.resources.memoryMB }
        let diskMB = reservations.values.reduce(0) { $0 + $1.resources.diskMB }
        return CellCapacity(
            memoryMB: max(0, total.memoryMB - memoryMB),
            diskMB: max(0, total.diskMB - diskMB),
            containers: max(0, total.containers - reservations.count)
        )
    }

    /// Keeps room and the lowest free slot.
    ///
    /// - Returns: the slot.
    /// - Throws: `.guidNotSpecified`, `.guidNotAvailable` or `.insufficientResources`; then nothing has changed.
    public mutating func reserve(_ resources: ContainerResources, for id: InstanceGUID) throws(ExecutorError) -> Int {
        guard !id.isEmpty else { throw .guidNotSpecified }
        guard reservations[id] == nil else { throw .guidNotAvailable }
        let left = available
        guard resources.memoryMB <= left.memoryMB, resources.diskMB <= left.diskMB, left.containers > 0 else {
            throw .insufficientResources
        }
        let slot = lowestFreeSlot()
        reservations[id] = Reservation(resources: resources, slot: slot)
        return slot
    }

    /// Enters what an earlier life of the agent had reserved, even when it does not fit any more.
    public mutating func restore(_ reservation: Reservation, for id: InstanceGUID) {
        reservations[id] = reservation
    }

    /// Gives back what was kept; fine when nothing was.
    public mutating func release(_ id: InstanceGUID) { reservations[id] = nil }

    private func lowestFreeSlot() -> Int {
        let taken = Set(reservations.values.map(\.slot))
        return (0...taken.count).first { !taken.contains($0) } ?? taken.count
    }
}
