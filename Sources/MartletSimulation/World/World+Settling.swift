import MartletLinux
import MartletModels
import MartletServer
import MartletTestSupport

/// The end of the faults, and what must follow.
extension World {
    /// Everything that was broken works again.
    func endFaults() {
        trace.note("world") { "all faults end" }
        state.withLock { $0.isCalm = true }
        network.heal()
        if plan.profile.hasFullDisk { fillDisk(false) }
        for machine in machines { startAgent(of: machine) }
        server?.process.spare()
        let superfluous = state.withLock { $0.servers.dropLast() }
        for node in superfluous { kill(node) }
        let deadline = simulation.now + Self.settleLimit
        harness.spawn { await self.waitUntilSettled(by: deadline) }
    }

    private func waitUntilSettled(by deadline: Timestamp) async {
        while true {
            // Not awaited: its server may be killed meanwhile.
            harness.spawn { await self.compareTable() }
            let reasons = unsettled()
            if reasons.isEmpty { return await stay(deadline) }
            guard now < deadline else {
                return report(.liveness, "after \(Self.settleLimit.inSeconds): " + reasons.joined(separator: "; "))
            }
            guard await pause(.seconds(1)) else { return }
        }
    }

    /// What is settled stays so, over a regular pass of the server and a comparison of every cell.
    private func stay(_ deadline: Timestamp) async {
        trace.note("world") { "is settled" }
        guard await pause(.seconds(35)) else { return }
        await compareTable()
        // What has just been restarted after its back-off may need a moment.
        var reasons = unsettled(patience: .seconds(40))
        for _ in 0..<10 where !reasons.isEmpty {
            guard await pause(.seconds(1)) else { return }
            reasons = unsettled(patience: .seconds(40))
        }
        if !reasons.isEmpty { report(.liveness, "no longer: " + reasons.joined(separator: "; ")) }
        await judgeRecords()
        state.withLock { $0.isFinished = true }
    }

    private func pause(_ duration: Duration) async -> Bool {
        (try? await harness.clock.sleep(until: harness.now + duration, tolerance: nil)) != nil
    }

    /// Without faults, everything is in place soon.
    func expectSettled() {
        harness.spawn { await self.compareTable() }
        let reasons = unsettled(patience: .seconds(3))
        if !reasons.isEmpty { report(.prompt, reasons.joined(separator: "; ")) }
    }

    private var hasNoFaults: Bool { plan.profile == .calm || plan.profile == .brake }

    /// What the passes of the server tell of themselves.
    private func judgeRecords() async {
        judging { $0.judgeBrakeRecord(at: $1) }
        guard let convergence = server?.role.convergence else { return }
        let missedCount = await convergence.missedCount
        for record in await convergence.records {
            if let failure = record.faults.first(where: { $0.contains("contradicts") }) {
                report(.soundPlan, failure)
            }
            if hasNoFaults, record.missedCount > 0 {
                report(.quietInterval, "pass \(record.number): \(record.missedByEvents.joined(separator: "; "))")
            }
        }
        if hasNoFaults, missedCount > 0 { report(.quietInterval, "\(missedCount) items were found without an event") }
    }

    /// Why the world is not as it should be; empty when it is.
    ///
    /// - Parameter patience: how long a cell may take to make a container.
    func unsettled(patience: Duration = .zero) -> [String] {
        let now = server?.clock.now ?? now
        let living = machines.filter { agent(of: $0.id) != nil }
        let trueTime = self.now
        let (mirror, withheld) = state.withLock { ($0.judge.mirror, $0.judge.withheld(at: trueTime)) }
        return Settlement(mirror: mirror, machines: living, now: now, patience: patience, withheld: withheld).reasons
    }
}
