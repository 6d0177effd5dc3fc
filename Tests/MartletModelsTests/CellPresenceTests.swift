import MartletModels
import Testing

@Suite("Cell presence")
struct CellPresenceTests {
    private func failures(_ change: (inout CellPresence) -> Void) -> [String] {
        var presence = CellPresence(
            cellID: CellID("c"),
            repAddress: "http://10.0.0.1:1800",
            capacity: CellCapacity(memoryMB: 1, diskMB: 1, containers: 1),
            rootFSProviders: []
        )
        change(&presence)
        do { try presence.validate() } catch { return error.failures }
        return []
    }

    @Test("a cell has a name, an address of either kind, and room")
    func validation() {
        #expect(failures { _ in } == [])
        #expect(failures { $0.cellID = CellID("") } == ["Invalid field: cell_id"])
        #expect(failures { $0.repAddress = "" } == ["Invalid field: rep_address"])
        #expect(failures { ($0.repAddress, $0.repURL) = ("", "https://c:1801") } == [])
        #expect(failures { $0.capacity.memoryMB = 0 } == ["Invalid field: capacity"])
        #expect(failures { $0.capacity.diskMB = -1 } == ["Invalid field: capacity"])
        #expect(failures { $0.capacity.containers = 0 } == ["Invalid field: capacity"])
    }
}
