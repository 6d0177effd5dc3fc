import MartletBBSAPI
import MartletHTTP
import MartletLinux
import MartletLog
import MartletModels
import MartletServer
import MartletStore
import MartletTestSupport

/// Servers and agents come and go.
extension World {
    /// The one that clients find.
    var server: ServerNode? { state.withLock { $0.servers.last } }

    func agent(of cell: CellID) -> CellAgent? { state.withLock { $0.agents[cell] } }

    /// - Parameter sharing: the server whose store it works on, beside it.
    func startServer(after delay: Duration, sharing: ServerNode? = nil) {
        simulation.schedule(after: delay) { [self] in
            if sharing?.storeProcess.isDead == true { return }
            let number = state.withLock { state in
                state.serverCount += 1
                return state.serverCount
            }
            let process = makeProcess("server-\(number)")
            let storeProcess = sharing?.storeProcess ?? makeProcess("store-\(number)")
            if let sharing { state.withLock { $0.starting[number] = sharing.storeProcess } }
            process.spawn { await self.serve(number, process, storeProcess, sharing?.store) }
        }
    }

    private func serve(
        _ number: Int,
        _ process: SimulatedProcess,
        _ storeProcess: SimulatedProcess,
        _ shared: Store?
    ) async {
        let clock = ServerClock(process)
        while !Task.isCancelled {
            do throws(StoreError) {
                let store: Store
                if let shared { store = shared } else { store = try await openStore(clock, storeProcess) }
                let newest = try await store.read { (snapshot) throws(StoreError) in try snapshot.lastEventTime() }
                clock.raise(to: newest ?? .epoch)
                let node = ServerNode(
                    number: number,
                    process: process,
                    storeProcess: storeProcess,
                    store: store,
                    clock: clock,
                    cells: NetworkCellClient(world: self),
                    callbacks: CallbackTransport(world: self),
                    log: Log(TraceSink(trace: trace, actor: process.name), threshold: trace.isOn ? .debug : .error),
                    makeUUID: makeUUID
                )
                try await node.role.prepare()
                trace.note(process.name) { "serves" }
                state.withLock { state in
                    state.starting[number] = nil
                    state.servers.append(node)
                }
                // What the life before has answered is there.
                harness.spawn { await self.compareTable() }
                return await node.role.run()
            } catch {
                trace.note(process.name) { "does not start: \(error)" }
                // As its supervisor would, start it again.
                guard (try? await process.clock.sleep(until: process.now + .seconds(1), tolerance: nil)) != nil else {
                    return
                }
            }
        }
    }

    private func openStore(
        _ clock: ServerClock,
        _ storeProcess: SimulatedProcess
    ) async throws(StoreError) -> Store {
        let store = try Store.open(
            path: databasePath,
            Store.Configuration(
                now: { clock.now },
                makeUUID: makeUUID,
                readerCount: 0,
                makeExecutor: { storeProcess.makeSerialExecutor() }
            )
        )
        let subscription = await store.subscribe(bufferLimit: 1_000_000)
        watch(subscription)
        state.withLock { $0.stores.append((storeProcess, store)) }
        await limitSize(of: store)
        return store
    }

    private var makeUUID: @Sendable () -> String {
        let simulation = simulation
        return { simulation.draw { "u-" + String($0.next(), radix: 16) } }
    }

    /// Ends a server, and its store with it when no other one works on that.
    func kill(_ node: ServerNode) {
        trace.note(node.process.name) { "is killed" }
        node.process.kill()
        let isShared = state.withLock { state in
            state.servers.removeAll { $0.number == node.number }
            return (state.servers.map(\.storeProcess) + state.starting.values).contains { $0 === node.storeProcess }
        }
        if !isShared { node.storeProcess.kill() }
    }

    func startAgent(of machine: CellMachine) {
        guard agent(of: machine.id) == nil else { return }
        let session = state.withLock { state in
            state.sessionCount += 1
            return "session-\(state.sessionCount)"
        }
        let process = makeProcess(machine.id.rawValue)
        let bbs = makeBBSClient(caller: machine.id.rawValue, process)
        let agent = CellAgent(
            machine,
            process: process,
            session: session,
            bbs: bbs,
            timing: CellAgent.Timing(hasLargeImages: plan.profile != .calm),
            witness: Witness(world: self),
            trace: trace
        )
        state.withLock { $0.agents[machine.id] = agent }
        process.spawn { await agent.run() }
    }

    func stopAgent(of machine: CellMachine, keepsContainers: Bool) {
        guard let agent = state.withLock({ $0.agents.removeValue(forKey: machine.id) }) else { return }
        agent.process.kill()
        if !keepsContainers { machine.removeAll() }
    }

    func makeBBSClient(caller: String, _ process: SimulatedProcess) -> BBSClient {
        BBSClient(transport: transport(caller) { $0.bbs }) { duration in
            try? await process.clock.sleep(until: process.now + duration, tolerance: nil)
        }
    }

    func transport(
        _ caller: String,
        _ table: @escaping @Sendable (ServerNode) -> RouteTableTransport
    ) -> ServerTransport {
        ServerTransport(network: network, caller: caller, server: { self.server }, table: table)
    }
}

/// Writes a server's log into the trace.
private struct TraceSink: LogSink {
    let trace: Trace
    let actor: String

    func write(_ record: LogRecord) {
        trace.note(actor) {
            let fields = record.fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return ([record.message] + fields).joined(separator: " ")
        }
    }
}
