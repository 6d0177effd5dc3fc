import MartletModels

/// Compares what is desired with the records and with what runs.
struct Settlement {
    let mirror: Mirror
    let now: Timestamp
    private let containers: [SimulatedContainer]
    let tasks: [SimulatedTaskContainer: CellID]
    private let room: [CellCapacity]
    /// How long a cell may take to make a container.
    let patience: Duration
    /// Records that the brake holds back.
    private let withheld: Set<RecordID>

    init(
        mirror: Mirror,
        machines: [CellMachine],
        now: Timestamp,
        patience: Duration,
        withheld: Set<RecordID>
    ) {
        (self.mirror, self.patience, self.now, self.withheld) = (mirror, patience, now, withheld)
        let pairs = machines.flatMap { machine in machine.allTasks.map { ($0, machine.id) } }
        tasks = Dictionary(pairs) { first, _ in first }
        containers = machines.flatMap(\.all)
        room = machines.map { $0.state.available }
    }

    /// What is not as it should be, sorted; empty when all is.
    var reasons: [String] { missing + superfluousRecords + superfluousContainers + taskReasons }

    private var desired: [DesiredLRP] { mirror.desired.values.sorted { $0.processGUID < $1.processGUID } }

    private var missing: [String] {
        desired.flatMap { lrp in
            lrp.keys.compactMap { key in mirror.isAdmitted(lrp.processGUID) ? whyNotRunning(key) : whyNotRefused(key) }
        }
    }

    private func whyNotRunning(_ key: ActualLRPKey) -> String? {
        guard let record = mirror.record(key) else { return "\(key) has no record" }
        let mine = containers.filter { $0.key == key && $0.phase.isActive }
        switch record.state {
        case .running(let instance, _):
            if mirror.record(key, .suspect) != nil { return "\(key) still has a suspect record" }
            guard mine.map(\.instance) == [instance], mine.allSatisfy({ $0.phase == .running }) else {
                return
                    "\(key) runs as \(instance.instanceGUID) in its record, and as \(mine.map(\.instance.instanceGUID)) on cells"
            }
            return nil
        case .crashed:
            // It waits as it should; later it may not.
            let due = RestartPolicy().restartTime(of: record)
            return due.map { $0 + .seconds(3) > now } ?? true ? nil : "\(key) was due for a restart"
        // Its back-off has just passed.
        case .unclaimed where record.crashCount >= 3 && record.since + .seconds(8) > now: return nil
        // Its cell is making it.
        case .claimed(let instance) where record.since + patience > now && mine.map(\.instance) == [instance]:
            return nil
        // Another auction is due when it has waited for as long.
        case .unclaimed where record.placementError.hasPrefix("insufficient") && record.since + .seconds(33) > now:
            return nil
        case .unclaimed where !hasRoom: return nil
        case .unclaimed, .claimed: return "\(key) is \(record.state.name.rawValue) \(record.placementError)"
        }
    }

    var hasRoom: Bool { room.contains { $0.containers > 0 } }

    private func whyNotRefused(_ key: ActualLRPKey) -> String? {
        if let mine = containers.first(where: { $0.key == key }) {
            return "\(key) has a container on \(mine.instance.cellID) while the flag is off"
        }
        if mirror.record(key, .suspect) != nil { return "\(key) is suspect while the flag is off" }
        guard let record = mirror.record(key) else { return "\(key) has no record" }
        switch record.state {
        case .crashed: return nil
        case .unclaimed:
            return record.placementError.contains(FeatureFlagName.diegoDocker.rawValue)
                && record.placementError.contains(mirror.flagText ?? "")
                ? nil : "\(key) does not say why it does not run: \(record.placementError)"
        case .claimed, .running: return "\(key) is \(record.state.name.rawValue) while the flag is off"
        }
    }

    private var superfluousRecords: [String] {
        mirror.actual.values.filter { !isWanted($0.key) && isFresh($0.key.domain) }.map(RecordID.init)
            .filter { !withheld.contains($0) }.sorted().map { "\($0) has a record and is not wanted" }
    }

    private var superfluousContainers: [String] {
        containers.compactMap { container in
            let key = container.key
            // Nobody had heard of it when its cell wanted to claim it; the reservation runs out after a minute (cell
            // specification 3.3), on a clock of its own.
            if container.phase != .running, container.reservedAt + .seconds(75) > now { return nil }
            if isWanted(key) {
                return mirror.record(key)?.instanceKey == container.instance
                    ? nil
                    : "\(container.instance.instanceGUID) of \(key) is on \(container.instance.cellID) without a record"
            }
            return isFresh(key.domain) && !withheld.contains(RecordID(key, .ordinary))
                ? "\(container.instance.instanceGUID) of \(key) is on \(container.instance.cellID) and not wanted" : nil
        }
    }

    private func isWanted(_ key: ActualLRPKey) -> Bool { mirror.wants(key.processGUID, key.index) }

    private func isFresh(_ domain: DomainName) -> Bool {
        domain == SimulatedApp.steady || (mirror.domains[domain] ?? .epoch) > now + .seconds(10)
    }
}
