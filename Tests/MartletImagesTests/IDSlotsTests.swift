import MartletLinux
import Testing

@testable import MartletImages

@Suite("Id slots")
struct IDSlotsTests {
    @Test("slots are handed out in turn, and a released one comes last")
    func inTurn() {
        var slots = IDSlots(16...18)
        let ranges = (0..<4).map { _ in slots.reserve() }
        #expect(ranges == [IDRange(base: 1_114_112), IDRange(base: 1_179_648), IDRange(base: 1_245_184), nil])
        slots.release(IDRange(base: 1_179_648))
        slots.release(IDRange(base: 1_114_112))
        let later = [slots.reserve(), slots.reserve()]
        #expect(later == [IDRange(base: 1_114_112), IDRange(base: 1_179_648)])
        #expect(slots.takenCount == 3)
    }

    @Test("the range of a container that exists is taken once, and only if it is a slot's")
    func adopting() {
        var slots = IDSlots()
        let taken = [
            IDRange(base: 1_179_648), IDRange(base: 1_179_648), IDRange(base: 1_179_649), IDRange(base: 65_536),
            IDRange(base: 1_245_184, size: 10),
        ].map { slots.reserve($0) }
        #expect(taken == [true, false, false, false, false])
        let next = slots.reserve()
        #expect(next == IDRange(base: 1_245_184))
    }

    @Test("no two ranges overlap, and the last one ends within 32 bits")
    func disjoint() {
        var slots = IDSlots(64_000...65_000)
        let ranges = (0..<1_001).compactMap { _ in slots.reserve() }
        #expect(Set(ranges.map { $0.base / 65_536 }).count == 1_001)
        #expect(ranges.allSatisfy { UInt64($0.base) + UInt64($0.size) < UInt64(UInt32.max) })
    }
}
