public import MartletModels

/// Everything that one pass may look at: the store as of one transaction, and what was asked for lately.
public struct ConvergenceSnapshot: Hashable, Sendable {
    public var now: Timestamp
    /// One for each process guid.
    public var desired: [DesiredLRPSchedulingInfo]
    /// Every record of every presence; at most one of each presence for a process guid and index.
    public var actual: [ActualLRP]
    /// Presences as registered; one that has expired does not count.
    public var cells: [RegisteredCell]
    /// Domains whose desired LRPs are complete, so that what is not desired may be stopped.
    public var freshDomains: Set<DomainName>
    public var policy: AdmissionPolicy
    /// When an auction was last asked for, for keys that may still be on their way to a cell. Not stored: after a
    /// restart an instance is at worst auctioned twice, and the second cell is refused.
    public var asked: [ActualLRPKey: Timestamp]
    /// When the newest cell appeared, so that what found no place before is tried again at once.
    public var cellAppearedAt: Timestamp?
    /// Process guids whose removal stands in the table of events: somebody decided that they stop.
    public var removalsOnRecord: Set<ProcessGUID>
    public var rules: ConvergenceRules

    public init(
        now: Timestamp,
        desired: [DesiredLRPSchedulingInfo],
        actual: [ActualLRP],
        cells: [RegisteredCell],
        freshDomains: Set<DomainName>,
        policy: AdmissionPolicy,
        asked: [ActualLRPKey: Timestamp] = [:],
        cellAppearedAt: Timestamp? = nil,
        removalsOnRecord: Set<ProcessGUID> = [],
        rules: ConvergenceRules = ConvergenceRules()
    ) {
        self.now = now
        self.desired = desired
        self.actual = actual
        self.cells = cells
        self.freshDomains = freshDomains
        self.policy = policy
        self.asked = asked
        self.cellAppearedAt = cellAppearedAt
        self.removalsOnRecord = removalsOnRecord
        self.rules = rules
    }

    public var liveCells: Set<CellID> { Set(cells.filter { $0.expiresAt > now }.map(\.presence.cellID)) }
}

/// The constants of a pass; the defaults are Diego's (BBS sections 5.4.2 and 6.1).
public struct ConvergenceRules: Hashable, Sendable {
    /// How long an instance may wait for a cell before another auction is asked for.
    public var staleAfter: Duration
    public var restart: RestartPolicy
    public var brake: Brake

    public init(
        staleAfter: Duration = .seconds(30),
        restart: RestartPolicy = RestartPolicy(),
        brake: Brake = Brake()
    ) {
        self.staleAfter = staleAfter
        self.restart = restart
        self.brake = brake
    }

    /// The moment from which a waiting instance is due for another auction.
    func staleTime(of lrp: ActualLRP, asked: Timestamp?) -> Timestamp {
        max(lrp.since, asked ?? lrp.since) + staleAfter
    }
}
