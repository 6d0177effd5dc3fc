import MartletLinux
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("Resource ledger")
struct ResourceLedgerTests {
    private static let total = CellCapacity(memoryMB: 1_000, diskMB: 2_000, containers: 5)

    @Test("keeps room, refuses what does not fit, and gives it back")
    func reserves() throws {
        var ledger = ResourceLedger(total: Self.total)
        let range = try ledger.reserve(ContainerResources(memoryMB: 600, diskMB: 100), for: "a")
        #expect(ledger.available == CellCapacity(memoryMB: 400, diskMB: 1_900, containers: 4))
        let before = ledger
        #expect(throws: ExecutorError.insufficientResources) {
            try ledger.reserve(ContainerResources(memoryMB: 401, diskMB: 0), for: "b")
        }
        #expect(throws: ExecutorError.guidNotAvailable) {
            try ledger.reserve(ContainerResources(memoryMB: 1, diskMB: 1), for: "a")
        }
        #expect(throws: ExecutorError.guidNotSpecified) {
            try ledger.reserve(ContainerResources(memoryMB: 1, diskMB: 1), for: "")
        }
        #expect(ledger == before)
        ledger.release("a")
        ledger.release("a")
        #expect(ledger.available == Self.total)
        #expect(try ledger.reserve(ContainerResources(memoryMB: 1, diskMB: 1), for: "c") != range)
    }

    @Test("never goes below zero, even when the cell has shrunk below what it runs")
    func shrunk() {
        var ledger = ResourceLedger(total: Self.total)
        for (index, id) in (["a", "b"] as [InstanceGUID]).enumerated() {
            let range = IDRange(base: UInt32(20 + index) * 65_536)
            ledger.restore(.init(resources: ContainerResources(memoryMB: 900, diskMB: 10), range: range), for: id)
        }
        #expect(ledger.available == CellCapacity(memoryMB: 0, diskMB: 1_980, containers: 3))
    }

    @Test("whatever happens, sums agree and no two containers share user ids", arguments: UInt64(1)...30)
    func properties(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var ledger = ResourceLedger(total: Self.total)
        var model: [InstanceGUID: ContainerResources] = [:]
        for _ in 0..<200 {
            let id = InstanceGUID("i\(Int.random(in: 0..<8, using: &random))")
            if random.once(in: 2) {
                let resources = ContainerResources(
                    memoryMB: Int.random(in: 0...500, using: &random),
                    diskMB: Int.random(in: 0...900, using: &random)
                )
                let fits =
                    model[id] == nil && model.count < 5
                    && model.values.reduce(0) { $0 + $1.memoryMB } + resources.memoryMB <= 1_000
                    && model.values.reduce(0) { $0 + $1.diskMB } + resources.diskMB <= 2_000
                let isTaken = (try? ledger.reserve(resources, for: id)) != nil
                #expect(isTaken == fits)
                if fits { model[id] = resources }
            } else {
                ledger.release(id)
                model[id] = nil
            }
            #expect(ledger.reservations.mapValues(\.resources) == model)
            #expect(Set(ledger.reservations.values.map(\.range)).count == model.count)
            #expect(ledger.available.memoryMB == 1_000 - model.values.reduce(0) { $0 + $1.memoryMB })
        }
    }
}
