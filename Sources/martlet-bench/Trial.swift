import MartletBBSAPI
import MartletHTTP
import MartletLinux
import MartletLog
import MartletModels
import MartletServer
import MartletStore

/// Everything that is measured at one size.
struct Trial {
    struct Failure: Error, CustomStringConvertible { var description: String }

    let size: Int
    let options: Options
    let store: Store
    let role: ServerRole
    let bbs: BBSClient
    let fleet: Fleet
    private let directory: String

    init(size: Int, options: Options) throws(Failure) {
        (self.size, self.options) = (size, options)
        directory = "\(options.directory)/martlet-bench-\(Probe.processID)-\(size)"
        do throws(Errno) { try Files.makeDirectories(directory, mode: 0o700) } catch {
            throw Failure(description: "cannot make \(directory): \(error)")
        }
        let clock = SystemClock()
        do throws(StoreError) {
            store = try Store.open(path: "\(directory)/bbs.sqlite", Store.Configuration(now: { clock.now }))
        } catch { throw Failure(description: "cannot open the database: \(error)") }
        fleet = Fleet(count: max(4, size / 250))
        role = ServerRole(
            configuration: ServerRole.Configuration(
                ownDomains: [Workload.domain]
            ),
            store: store,
            clock: LoopClock(clock),
            log: Log(NullSink()),
            cells: fleet,
            callbacks: RouteTableTransport([])
        )
        bbs = BBSClient(transport: RouteTableTransport(role.bbsRoutes)) { try? await Task.sleep(for: $0) }
    }

    func run() async throws -> TrialResult {
        defer { removeFiles() }
        Probe.forgetPeak()
        try await role.prepare()
        try await store.setFeatureFlag(.diegoDocker, enabled: true, by: "martlet-bench")
        let desire = try await desireAll()
        try await appear(fleet.cells)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            let began = Probe.now
            group.addTask { await role.run() }
            group.addTask { await fleet.run(bbs) }
            var metrics = [desire]
            MartletBench.tell("  cold start")
            metrics += try await coldStart(since: began)
            MartletBench.tell("  quiet passes")
            metrics += try await quietPasses()
            MartletBench.tell("  loss of cells")
            metrics += try await lossOfCells()
            MartletBench.tell("  flag")
            metrics += try await flag()
            metrics += memory()
            group.cancelAll()
            return TrialResult(size: size, cells: fleet.cells.count, metrics: metrics)
        }
    }

    private func desireAll() async throws -> Metric {
        let began = Probe.now
        let processes = (size + Workload.instancesPerProcess - 1) / Workload.instancesPerProcess
        let bbs = bbs
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<processes {
                if number >= 64 { try await group.next() }
                let instances = min(Workload.instancesPerProcess, size - number * Workload.instancesPerProcess)
                group.addTask { try await bbs.desire(Workload.desired(number, instances: instances)) }
            }
            try await group.waitForAll()
        }
        return Metric("desire all", "ms", rows: size, [(Probe.now.wall - began.wall).milliseconds])
    }

    private func memory() -> [Metric] {
        [
            Metric("memory now (VmRSS)", "MiB", [Probe.memory("VmRSS")]),
            Metric("memory peak (VmHWM)", "MiB", [Probe.memory("VmHWM")]),
            Metric("database", "MiB", [fileSize("bbs.sqlite")]),
            Metric("database WAL", "MiB", [fileSize("bbs.sqlite-wal")]),
        ]
    }

    private func fileSize(_ name: String) -> Double { Probe.fileSize("\(directory)/\(name)") / 1_048_576 }

    private func removeFiles() {
        for name in (try? Files.list(directory)) ?? [] { try? Files.removeFile("\(directory)/\(name)") }
        Probe.removeDirectory(directory)
    }
}

/// Records are made, as in production, and thrown away.
private struct NullSink: LogSink {
    func write(_ record: LogRecord) {}
}
