import MartletBBSAPI
import MartletModels
import MartletServer
import MartletStore

/// The phases, in the order in which they happen.
extension Trial {
    /// - Parameter began: just before the server began its work.
    func coldStart(since began: Probe) async throws -> [Metric] {
        await fleet.progress.wait(for: .running, size)
        return elapsed("cold start until all run", since: began, rows: size)
    }

    func quietPasses() async throws -> [Metric] {
        try await settle()
        var times: [Double] = []
        let began = Probe.now
        for _ in 0..<options.passes { times.append(Double(try await pass().durations.total) / 1_000_000) }
        let (ended, count) = (Probe.now, Double(options.passes))
        return [
            Metric("quiet pass", "ms", times),
            Metric("quiet pass, CPU", "ms", [(ended.cpu - began.cpu).milliseconds / count]),
            Metric("quiet pass, allocations", "count", [Double(ended.allocations - began.allocations) / count]),
        ]
    }

    func lossOfCells() async throws -> [Metric] {
        var passes: [Double] = []
        var running: [Double] = []
        var cpu: [Double] = []
        var rows = 0
        let count = max(1, fleet.cells.count / 100)
        for repetition in 0..<options.repetitions {
            let start = repetition * count % fleet.cells.count
            let lost = Array(fleet.cells[start..<min(start + count, fleet.cells.count)])
            let before = fleet.progress.count(.running)
            let (began, used) = (ContinuousClock.now, Probe.now.cpu)
            let beganAt = try await now()
            let instances = lost.reduce(0) { $0 + $1.set(alive: false) }
            for cell in lost { try await bbs.removePresence(of: cell.id, session: "bench-\(cell.id)") }
            await fleet.progress.wait(for: .running, before + instances)
            running.append((ContinuousClock.now - began).milliseconds)
            cpu.append((Probe.now.cpu - used).milliseconds)
            rows = instances
            let records = await role.convergence.records.filter { $0.startedAtNanoseconds >= beganAt }
            passes.append(records.reduce(0) { $0 + Double($1.durations.total) / 1_000_000 })
            for cell in lost { cell.set(alive: true) }
            try await appear(lost)
            try await settle()
        }
        return [
            Metric("1 % of cells lost: passes", "ms", rows: rows, passes),
            Metric("1 % of cells lost: until replacements run", "ms", rows: rows, running),
            Metric("1 % of cells lost: until replacements run, CPU", "ms", rows: rows, cpu),
        ]
    }

    func flag() async throws -> [Metric] {
        var issued: [Double] = []
        var cpu: [Double] = []
        var single: [Double] = []
        var gone: [Double] = []
        var back: [Double] = []
        for _ in 0..<options.repetitions {
            let (began, used) = (ContinuousClock.now, Probe.now.cpu)
            let (stops, removals) = (fleet.progress.count(.stopAsked), fleet.progress.count(.removed))
            fleet.holdStops()
            try await store.setFeatureFlag(.diegoDocker, enabled: false, by: "martlet-bench")
            await fleet.progress.wait(for: .stopAsked, stops + size)
            issued.append((ContinuousClock.now - began).milliseconds)
            cpu.append((Probe.now.cpu - used).milliseconds)
            single += fleet.releaseStops().map(\.milliseconds)
            await fleet.progress.wait(for: .removed, removals + size)
            gone.append((ContinuousClock.now - began).milliseconds)
            try await settle()
            let running = fleet.progress.count(.running)
            let set = ContinuousClock.now
            try await store.setFeatureFlag(.diegoDocker, enabled: true, by: "martlet-bench")
            await fleet.progress.wait(for: .running, running + size)
            back.append((ContinuousClock.now - set).milliseconds)
            try await settle()
        }
        let calls = Metric("", "ms", single)
        return [
            Metric("flag cleared: all stops issued", "ms", rows: size, issued),
            Metric("flag cleared: all stops issued, CPU", "ms", rows: size, cpu),
            Metric("flag cleared: one stop issued, p50", "ms", [calls.median]),
            Metric("flag cleared: one stop issued, p99", "ms", [calls.percentile(99)]),
            Metric("flag cleared: all gone", "ms", rows: size, gone),
            Metric("flag set: all run again", "ms", rows: size, back),
        ]
    }

    func appear(_ cells: [SimulatedCell]) async throws {
        let bbs = bbs
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, cell) in cells.enumerated() {
                if number >= 64 { try await group.next() }
                group.addTask {
                    try await bbs.upsert(cell.presence, timeToLive: .seconds(86_400), session: "bench-\(cell.id)")
                }
            }
            try await group.waitForAll()
        }
    }

    /// Waits until two passes in a row have found nothing.
    private func settle() async throws {
        var quiet = 0
        while quiet < 2 {
            try await Task.sleep(for: .milliseconds(200))
            quiet = try await pass().isQuiet ? quiet + 1 : 0
        }
    }

    /// A pass over everything, now.
    private func pass() async throws -> CycleRecord {
        while true {
            if let record = await role.convergence.convergeNow() { return record }
            // The role has not begun yet.
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func now() async throws -> Int64 {
        try await store.read { (snapshot) throws(StoreError) in snapshot.now.nanoseconds }
    }

    private func elapsed(_ name: String, since began: Probe, rows: Int) -> [Metric] {
        let ended = Probe.now
        return [
            Metric(name, "ms", rows: rows, [(ended.wall - began.wall).milliseconds]),
            Metric("\(name), CPU", "ms", rows: rows, [(ended.cpu - began.cpu).milliseconds]),
        ]
    }
}
