import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("Work admission")
struct WorkAdmissionTests {
    private func lrp(_ index: Int, _ memoryMB: Int, _ rootFS: String = "docker:///a") -> CellLRP {
        CellLRP(key: .fixture("app", index), memoryMB: memoryMB, diskMB: 1, maxPIDs: 0, rootFS: RootFS(rootFS))
    }

    @Test("largest first, first fit, equal ones in their order")
    func firstFit() {
        let offered = [lrp(0, 100), lrp(1, 400), lrp(2, 300), lrp(3, 100), lrp(4, 50)]
        let admission = WorkAdmission(offered, availableMemoryMB: 600) { _ in true }
        #expect(admission.admitted.map(\.key.index) == [1, 0, 3])
        #expect(admission.refused.map(\.key.index) == [2, 4])
    }

    @Test("a root file system that the cell cannot make is refused")
    func rootFS() {
        let offered = [lrp(0, 1, "preloaded:other"), lrp(1, 1, "docker:///a")]
        let admission = WorkAdmission(offered, availableMemoryMB: 10) { rootFS in
            RootFSProvider.fixtures.contains { $0.provides(rootFS) }
        }
        #expect(admission.admitted.map(\.key.index) == [1])
        #expect(admission.refused.map(\.key.index) == [0])
    }

    @Test("instance guids are the first 28 characters of a version 4 UUID")
    func guids() {
        let guid = InstanceGUIDSource(random: { .max }).next()
        #expect(guid == "ffffffff-ffff-4fff-bfff-ffff")
        let many = Set((0..<1_000).map { _ in InstanceGUIDSource().next() })
        #expect(many.count == 1_000)
        #expect(many.allSatisfy { $0.rawValue.count == 28 })
    }
}
