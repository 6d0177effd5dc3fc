import MartletBBSAPI
import MartletModels
import MartletTestSupport

/// What the server asks of it.
extension CellAgent {
    /// - Returns: what there was no room for.
    func perform(_ work: [CellLRP]) -> [CellLRP] {
        work.filter { lrp in
            var lrp = lrp
            let guid = process.simulation.draw { "i-" + String($0.next() % 0xFFFF_FFFF, radix: 16) }
            lrp.instanceGUID = InstanceGUID(guid)
            let instance = ActualLRPInstanceKey(instanceGUID: InstanceGUID(guid), cellID: machine.id)
            let container = SimulatedContainer(
                work: lrp,
                instance: instance,
                phase: .reserved,
                reservedAt: process.simulation.now
            )
            guard machine.add(container) else { return true }
            trace.note(machine.id.rawValue) { "takes \(lrp.key) as \(guid)" }
            look(at: instance.instanceGUID)
            return false
        }
    }

    /// - Returns: false for an instance that it does not have.
    func stopInstance(_ id: InstanceGUID) -> Bool {
        guard machine.container(id) != nil else {
            // The board seems to be wrong about this cell.
            needsPass = true
            return false
        }
        stop(id)
        return true
    }

    /// - Returns: false for an instance that it does not have.
    func updateInstance(_ id: InstanceGUID, _ update: LRPLiveUpdate) -> Bool {
        let container = machine.change(id) { container in
            if let tags = update.metricTags { container.metricTags = tags }
        }
        guard container != nil else { return false }
        look(at: id)
        return true
    }
}
