import MartletBBSAPI
import MartletConvergence
import MartletHTTP
import MartletLog
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

/// A server and its cells, without sockets and on a clock that stands still.
struct Cluster {
    let clock: SimulatedClock
    let store: Store
    let cells: FakeCells
    let role: ServerRole
    let bbs: BBSClient
    let transport: RouteTableTransport
    let operatorTransport: RouteTableTransport
    private let callbacks: any HTTPTransport

    init(
        cells names: [String] = ["a", "b", "c"],
        docker: Bool = true,
        eventLimit: Int = 1_024,
        callbacks: any HTTPTransport = UnreachableTransport()
    ) async throws {
        let clock = SimulatedClock(now: .epoch + .seconds(1_000_000))
        let store = try Store.open(path: ":memory:", Store.Configuration(now: { clock.now }))
        self.init(clock, store, FakeCells(names), eventLimit: eventLimit, callbacks)
        try await role.prepare()
        try await store.setFeatureFlag(.diegoDocker, enabled: docker, by: "a test")
        try await cells.report(to: bbs)
    }

    /// The server's process ends, and another begins over the same store.
    init(restarting old: Cluster) async throws {
        self.init(old.clock, old.store, old.cells, eventLimit: 1_024, old.callbacks)
        try await role.prepare()
        await role.convergence.begin(lastEvent: try await store.lastEventNumber())
    }

    private init(
        _ clock: SimulatedClock,
        _ store: Store,
        _ cells: FakeCells,
        eventLimit: Int,
        _ callbacks: any HTTPTransport
    ) {
        (self.clock, self.store, self.cells, self.callbacks) = (clock, store, cells, callbacks)
        role = ServerRole(
            configuration: ServerRole.Configuration(
                convergence: ConvergenceLoop.Configuration(minimumGap: .zero),
                ownDomains: ["apps"],
                eventLimit: eventLimit
            ),
            store: store,
            clock: LoopClock(clock),
            log: .discarding,
            cells: cells,
            callbacks: callbacks
        )
        transport = RouteTableTransport(role.bbsRoutes)
        operatorTransport = RouteTableTransport(role.operatorRoutes)
        bbs = BBSClient(transport: transport, sleep: { _ in })
    }

    /// Everything that would happen in a moment: a pass, an auction, and what the cells say to it.
    @discardableResult
    func settle(rounds: Int = 4) async throws -> CycleRecord {
        for _ in 0..<rounds {
            try await pass()
            await role.auctioneer.auction()
            try await cells.report(to: bbs)
        }
        return try await pass()
    }

    /// One pass as `run` holds it: over what the events since the last one concern, and what has become due.
    @discardableResult
    func pass() async throws -> CycleRecord {
        try await role.convergence.catchUp()
        let record = await role.convergence.pass()
        await role.stopper.workOff()
        return record
    }

    /// A pass of the safety net, after the events were heard.
    func net() async throws -> CycleRecord {
        try await pass()
        await role.convergence.noteEverything(.interval)
        return try await pass()
    }

    /// Lets time pass with the cells speaking up as they do, so that presences do not run out.
    func wait(_ seconds: Int) async throws {
        for _ in 0..<(seconds / 5) {
            clock.advance(by: .seconds(5))
            try await cells.report(to: bbs)
        }
    }

    /// Records of a process: index, state and presence in words, sorted.
    func records(_ guid: String) async throws -> [String] {
        try await bbs.actualLRPs(ActualLRPsRequest(processGUID: ProcessGUID(guid))).map { lrp in
            let place = lrp.instanceKey.map { " on \($0.cellID)" } ?? ""
            let presence = lrp.presence == .ordinary ? "" : " \(lrp.presence)"
            return "\(lrp.key.index) \(lrp.state.name.rawValue)\(place)\(presence)"
        }.sorted()
    }

    /// Placement errors of a process, without repetitions.
    func placementErrors(_ guid: String) async throws -> Set<String> {
        Set(try await bbs.actualLRPs(ActualLRPsRequest(processGUID: ProcessGUID(guid))).map(\.placementError))
    }
}

extension ConvergenceLoop {
    func forgetWork(upTo event: Int64) { agenda = ConvergenceAgenda(lastEvent: event) }

    /// What `run` does first.
    func begin(lastEvent: Int64) {
        startedAt = clock.now
        forgetWork(upTo: lastEvent)
        noteEverything(.start)
    }

    /// Hears the events that `run` would have heard by now, and wakes when it would have woken.
    func catchUp() async throws {
        for event in try await store.events(after: agenda.lastEvent, limit: 1_000_000) { see(event) }
        fire(wakes.takeDue(now: clock.now))
    }
}
