import MartletConvergence
public import MartletModels
import MartletSQL

/// One writing turn: verbs that all happen or none of them, each with its events.
///
/// Good only inside the closure that receives it. Verbs read what earlier verbs of the same turn have written.
public struct StoreTransaction: ~Copyable {
    let connection: Connection
    /// The time of everything that is written in this turn.
    public let now: Timestamp
    let makeUUID: @Sendable () -> String
    let rules: ConvergenceRules
    /// What has been written so far, in order; published after the commit.
    private(set) var events: [NumberedEvent] = []
    /// The number of the newest event, of this turn or before it.
    private(set) var lastEventNumber: Int64
    /// Set once SQLite has ended the transaction by itself: what is written from then on would be kept alone.
    private(set) var ending: StoreError?

    init(
        connection: Connection,
        now: Timestamp,
        makeUUID: @escaping @Sendable () -> String,
        rules: ConvergenceRules,
        lastEventNumber: Int64
    ) {
        self.connection = connection
        self.now = now
        self.makeUUID = makeUUID
        self.rules = rules
        self.lastEventNumber = lastEventNumber
    }

    /// What the store holds as of the verbs before.
    public var snapshot: StoreSnapshot { StoreSnapshot(connection: connection, now: now) }

    /// Runs verbs as one inside the turn: when they throw, what they have done and their events are undone, and the
    /// turn goes on.
    ///
    /// When SQLite ends the transaction by itself, as it may when the disk is full, the whole turn ends: everything
    /// after it is refused too, and nothing of it is kept.
    public mutating func attempt<R>(
        _ body: (inout StoreTransaction) throws(StoreError) -> R
    ) -> Result<R, StoreError> {
        if let ending { return .failure(ending) }
        let (connection, eventCount) = (connection, events.count)
        do throws(StoreError) {
            let result = try connection.savepoint(StoreError.init) { () throws(StoreError) in try body(&self) }
            return .success(result)
        } catch {
            if connection.isInTransaction { forgetEvents(after: eventCount) } else { ending = ending ?? error }
            return .failure(error)
        }
    }

    @discardableResult
    func run(_ sql: String, _ values: SQLValue...) throws(StoreError) -> Int {
        try run(sql, values)
    }

    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws(StoreError) -> Int {
        if let ending { throw ending }
        do throws(SQLError) { return try connection.run(sql, values) } catch { throw StoreError(error) }
    }

    /// Gives the event the next number and writes it beside the change that it tells of.
    mutating func record(_ event: StoreEvent) throws(StoreError) {
        let number = lastEventNumber + 1
        let stored = StoredEvent(event)
        try run(
            "INSERT INTO events (number, at_ns, kind, before, after, by) VALUES (?, ?, ?, ?, ?, ?)",
            .integer(number),
            .integer(now.nanoseconds),
            .text(stored.kind),
            .optional(stored.before),
            .optional(stored.after),
            .optional(stored.by)
        )
        lastEventNumber = number
        events.append(NumberedEvent(number: number, at: now, event: event))
    }

    /// The events of one operation: the most urgent first, otherwise in the order given (BBS section 5.6.3).
    mutating func record(_ events: [LRPEvent]) throws(StoreError) {
        for urgency in [2, 1, 0] {
            for event in events where event.urgency == urgency { try record(.lrp(event)) }
        }
    }

    /// Forgets the events of a verb that was undone.
    private mutating func forgetEvents(after count: Int) {
        let undone = events.count - count
        events.removeLast(undone)
        lastEventNumber -= Int64(undone)
    }
}

extension LRPEvent {
    /// A running replacement is told before the old instance goes.
    fileprivate var urgency: Int {
        switch self {
        case .actualLRPCrashed: 2
        case .actualLRPCreated(let after), .actualLRPChanged(_, let after): after.state.name == .running ? 1 : 0
        case .actualLRPRemoved, .desiredLRPCreated, .desiredLRPChanged, .desiredLRPRemoved: 0
        }
    }
}
