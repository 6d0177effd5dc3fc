public import MartletHTTP
public import MartletLog
import MartletModels

/// A cell: its executor, its rep and its routes, to be run and to be served.
public struct CellRole: Sendable {
    /// The executor, for whoever wants to look at containers directly.
    public let executor: Executor
    private let rep: Rep
    private let handlers: RepHandlers

    /// - Parameter path: of the cell's SQLite file; created when it is missing.
    /// - Throws: `.broken` when the file cannot be opened, is of a newer version, or is not a cell's.
    public init(
        _ configuration: CellConfiguration,
        bbs: any BulletinBoard,
        ports: ExecutorPorts,
        path: String,
        guids: InstanceGUIDSource = InstanceGUIDSource(),
        log: Log
    ) throws(ExecutorError) {
        let log = log.with(["cell": configuration.cellID.rawValue])
        executor = try Executor(configuration.executor, ports: ports, path: path, log: log)
        rep = Rep(configuration, executor: executor, bbs: bbs, session: guids.uuid(), log: log)
        handlers = RepHandlers(
            configuration,
            executor: executor,
            guids: guids,
            log: log,
            compareSoon: rep.compareSoon
        )
    }

    /// Every route of the cell, to be served under its rep address. They answer before `run()` as well.
    public var routes: [Route] { handlers.routes }

    /// Works until cancelled. Containers are left running then, and the presence is left to run out, so that a next
    /// life within its time to live takes over as if nothing had happened.
    public func run() async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await rep.run() }
            tasks.addTask { await executor.run() }
            await tasks.waitForAll()
        }
    }
}
