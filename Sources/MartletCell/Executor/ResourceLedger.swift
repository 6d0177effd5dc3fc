public import MartletImages
public import MartletLinux
public import MartletModels

/// What the cell has, and who keeps how much of it.
///
/// Room is given back when a record is removed, not when its container has ended: until then its root file system
/// and its files still exist.
public struct ResourceLedger: Hashable, Sendable {
    /// What one container keeps.
    public struct Reservation: Hashable, Sendable {
        public var resources: ContainerResources
        /// The user ids of the container; no two reservations share one.
        public var range: IDRange
    }

    public let total: CellCapacity
    public private(set) var reservations: [InstanceGUID: Reservation] = [:]

    private var slots: IDSlots

    public init(total: CellCapacity, slots: IDSlots = IDSlots()) {
        self.total = total
        self.slots = slots
    }

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

    /// Keeps room, and user ids that were not used for as long as possible.
    ///
    /// - Returns: the user ids.
    /// - Throws: `.guidNotSpecified`, `.guidNotAvailable` or `.insufficientResources`; then nothing has changed.
    public mutating func reserve(_ resources: ContainerResources, for id: InstanceGUID) throws(ExecutorError) -> IDRange
    {
        guard !id.isEmpty else { throw .guidNotSpecified }
        guard reservations[id] == nil else { throw .guidNotAvailable }
        let left = available
        guard resources.memoryMB <= left.memoryMB, resources.diskMB <= left.diskMB, left.containers > 0 else {
            throw .insufficientResources
        }
        guard let range = slots.reserve() else { throw .insufficientResources }
        reservations[id] = Reservation(resources: resources, range: range)
        return range
    }

    /// Enters what an earlier life of the agent had reserved, even when it does not fit any more.
    public mutating func restore(_ reservation: Reservation, for id: InstanceGUID) {
        _ = slots.reserve(reservation.range)
        reservations[id] = reservation
    }

    /// Gives back what was kept; fine when nothing was.
    public mutating func release(_ id: InstanceGUID) {
        if let reservation = reservations.removeValue(forKey: id) { slots.release(reservation.range) }
    }
}
