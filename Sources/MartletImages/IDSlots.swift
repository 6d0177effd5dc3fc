public import MartletLinux

/// Which id ranges of the host are taken by containers.
///
/// Slot n stands for the 65,536 ids from 0x10000 + n × 65,536. Slots 0 to 15 belong to the host. Slots are handed out in
/// turn, so that one comes up again as late as possible; release one only when no mount, cgroup or file with its ids
/// remains. The caller persists which container has which range.
public struct IDSlots: Hashable, Sendable {
    /// Slots that exist.
    public static let all = 16...65_000
    private static let firstID: UInt32 = 0x1_0000
    private static let size: UInt32 = 65_536

    private let slots: ClosedRange<Int>
    private var taken: Set<Int> = []
    private var next: Int

    /// - Parameter slots: which to hand out, within `all`.
    public init(_ slots: ClosedRange<Int> = Self.all) {
        precondition(Self.all.contains(slots.lowerBound) && Self.all.contains(slots.upperBound), "slots \(slots)")
        self.slots = slots
        next = slots.lowerBound
    }

    public var takenCount: Int { taken.count }

    /// The next free range, or nothing when all are taken.
    public mutating func reserve() -> IDRange? {
        guard taken.count < slots.count else { return nil }
        while taken.contains(next) { next = following(next) }
        taken.insert(next)
        defer { next = following(next) }
        return Self.range(ofSlot: next)
    }

    /// Takes the range of a container that exists already; later ranges come after it.
    /// - Returns: false when it is taken already, or is no slot's range.
    public mutating func reserve(_ range: IDRange) -> Bool {
        guard let slot = slot(of: range), taken.insert(slot).inserted else { return false }
        next = following(slot)
        return true
    }

    /// Gives a range back; one that is free already stays free.
    public mutating func release(_ range: IDRange) {
        if let slot = slot(of: range) { taken.remove(slot) }
    }

    private func following(_ slot: Int) -> Int { slot == slots.upperBound ? slots.lowerBound : slot + 1 }

    private static func range(ofSlot slot: Int) -> IDRange {
        IDRange(base: firstID + UInt32(slot) * size, size: size)
    }

    private func slot(of range: IDRange) -> Int? {
        guard range.size == Self.size, range.base >= Self.firstID, (range.base - Self.firstID) % Self.size == 0 else {
            return nil
        }
        let slot = Int((range.base - Self.firstID) / Self.size)
        return slots.contains(slot) ? slot : nil
    }
}
