import MartletConvergence
import MartletModels
import MartletTestSupport

let testTime = Timestamp.epoch + .seconds(1_000)

extension ConvergenceSnapshot {
    /// All instances of these; cells `a` and `b` are alive, the domain `apps` is fresh, the flag is on.
    static func fixture(
        _ desired: [DesiredLRP] = [],
        _ actual: [ActualLRP] = [],
        cells: Set<CellID> = ["a", "b"],
        fresh: Set<DomainName> = ["apps"],
        flag: FeatureFlag = FeatureFlag(name: .diegoDocker, enabled: true)
    ) -> ConvergenceSnapshot {
        var snapshot = ConvergenceSnapshot(
            now: testTime,
            desired: desired.map(\.summary),
            instances: [],
            liveCells: cells,
            freshDomains: fresh,
            policy: AdmissionPolicy(flags: [flag])
        )
        snapshot.fill(actual)
        return snapshot
    }

    /// Every record of every presence.
    var actual: [ActualLRP] { instances.flatMap(\.all) }

    /// Exactly these records, and every instance that is desired.
    mutating func fill(_ actual: [ActualLRP]) {
        let notes = Dictionary(instances.map { ($0.id, $0) }) { first, _ in first }
        var filled: [InstanceID: InstanceRecords] = [:]
        for summary in desired.values {
            for index in 0..<summary.instances {
                let id = InstanceID(summary.processGUID, index)
                filled[id] = InstanceRecords(id)
            }
        }
        for record in actual { filled[record.key.id, default: InstanceRecords(record.key.id)].add(record) }
        for id in filled.keys {
            filled[id]?.isDocker = notes[id]?.isDocker
            filled[id]?.stopDecision = notes[id]?.stopDecision
            filled[id]?.isOutdated = notes[id]?.isOutdated ?? false
        }
        instances = filled.values.sorted { $0.id < $1.id }
    }

    /// Writes down the decision to stop every instance of a process that is there now.
    mutating func decide(_ process: ProcessGUID) {
        for index in instances.indices where instances[index].id.processGUID == process {
            instances[index].stopDecision = 7
        }
    }

    /// Holds back what nobody decided, if that is too much.
    mutating func brake(_ brake: Brake = Brake()) {
        let undecided = instances.filter { records in
            guard desired[records.id.processGUID]?.wants(records.id) != true else { return false }
            let isHeld = records.ordinary?.instanceKey != nil || records.suspect != nil
            return isHeld && records.stopDecision == nil
        }
        let running = actual.count { $0.instanceKey != nil }
        self.brake = brake.report(stops: undecided.count, running: running)
    }
}
