import MartletBBSAPI
import MartletModels

/// Decides which instances of offered work a cell takes (cell specification 2.4).
struct WorkAdmission: Hashable, Sendable {
    /// Largest first, which is also the order in which they are to be reserved.
    var admitted: [CellLRP] = []
    var refused: [CellLRP] = []

    /// First fit, largest first; equal sizes keep their order.
    init(_ offered: [CellLRP], availableMemoryMB: Int, provides: (RootFS) -> Bool) {
        var left = availableMemoryMB
        let bySize = offered.enumerated().sorted { ($1.element.memoryMB, $0.offset) < ($0.element.memoryMB, $1.offset) }
        for lrp in bySize.map(\.element) {
            if provides(lrp.rootFS) && lrp.memoryMB <= left {
                left -= lrp.memoryMB
                admitted.append(lrp)
            } else {
                refused.append(lrp)
            }
        }
    }
}
