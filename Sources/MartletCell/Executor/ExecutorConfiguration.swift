public import MartletImages
public import MartletModels

/// The numbers of an executor; defaults are Diego's (executor section 8.3).
public struct ExecutorConfiguration: Hashable, Sendable {
    public var cellID: CellID
    public var total: CellCapacity
    /// Blocks of host user ids for containers; two cells on one machine have different ones.
    public var idSlots: ClosedRange<Int>
    /// From SIGTERM to SIGKILL.
    public var grace: Duration = .seconds(10)
    /// How long room is kept for an instance that is never told to run.
    public var reservationExpiry: Duration = .seconds(60)
    /// Between comparisons of the records with what the runtime has.
    public var reapInterval: Duration = .seconds(60)
    /// Containers made at the same time.
    public var creationLimit = 32
    /// Lines of app output a second for each container; 0 is no limit.
    public var logLinesPerSecond = 0
    public var health = HealthTiming()

    public init(cellID: CellID, total: CellCapacity, idSlots: ClosedRange<Int> = IDSlots.all) {
        self.cellID = cellID
        self.total = total
        self.idSlots = idSlots
    }
}

/// What an executor works through.
public struct ExecutorPorts: Sendable {
    public var runtime: any ContainerRuntime
    public var rootFS: any RootFSPreparer
    public var appLog: any AppLogSink
    public var clock: CellClock

    public init(
        runtime: any ContainerRuntime,
        rootFS: any RootFSPreparer,
        appLog: any AppLogSink,
        clock: CellClock
    ) {
        self.runtime = runtime
        self.rootFS = rootFS
        self.appLog = appLog
        self.clock = clock
    }
}
