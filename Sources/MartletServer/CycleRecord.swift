/// One convergence pass: what set it off, what it looked at, decided and did, and how long that took.
public struct CycleRecord: Codable, Hashable, Sendable {
    /// From 1; goes on after a restart of the server. Passes in which nothing was found are counted but not kept.
    public var number: Int64
    /// What set it off, sorted.
    public var triggers: [String]
    /// Nanoseconds since 1970.
    public var startedAtNanoseconds: Int64
    /// What it looked at.
    public var seen = Seen()
    /// How many items of each kind the plan had.
    public var decided: [String: Int] = [:]
    /// The items in words, in the order in which they were decided; at most `itemLimit`.
    public var items: [String] = []
    /// What came of it.
    public var done = Done()
    /// Why stops were held back.
    public var braked: String?
    /// What this pass was the first to set aside: instances and tasks of which a record cannot be read, or whose plan
    /// contradicts itself, with the reason; at most `itemLimit`. All else goes on without them.
    public var faults: [String] = []
    /// Items that the safety net found although an event should have led to them before. Each is a defect of ours, and
    /// is handled nevertheless. At most `itemLimit`; `missedCount` counts all.
    public var missedByEvents: [String] = []
    /// How many items no event led to, those among `missedByEvents` included.
    public var missedCount = 0
    /// How long it took.
    public var durations = Durations()

    static let itemLimit = 200

    init(number: Int64, triggers: [String], startedAtNanoseconds: Int64) {
        self.number = number
        self.triggers = triggers
        self.startedAtNanoseconds = startedAtNanoseconds
    }

    /// What a pass looked at.
    public struct Seen: Codable, Hashable, Sendable {
        /// Instances looked at, by where they were found. What is in place is not looked at.
        public var instances: [String: Int] = [:]
        /// Instances and tasks that were set aside, told of before or not.
        public var setAside = 0
        /// Cells whose presence had not run out.
        public var liveCells = 0
        /// Sorted; what is not desired in these may be stopped.
        public var freshDomains: [String] = []
        /// The last event that the pass knew of when it began.
        public var lastEvent: Int64 = 0
    }

    /// What came of the items of a pass.
    public struct Done: Codable, Hashable, Sendable {
        /// Records changed.
        public var applied = 0
        /// Instances whose cells were told to stop them.
        public var stopsRequested = 0
        /// Instances to stop whose cells have been told lately and were not told again.
        public var stopping = 0
        /// Instances and tasks for which an auction was asked.
        public var auctionsRequested = 0
        /// Items that could not be applied, with the reason; at most `itemLimit`.
        public var failures: [String] = []
    }

    /// Nanoseconds.
    public struct Durations: Codable, Hashable, Sendable {
        /// Reading the store.
        public var read: Int64 = 0
        /// Planning, and checking the plan.
        public var plan: Int64 = 0
        /// Writing, and everything about tasks; cells are not waited for.
        public var apply: Int64 = 0
        /// From the beginning to the end, with what the others leave out.
        public var total: Int64 = 0
    }

    /// Whether there was nothing to do.
    public var isQuiet: Bool { decided.isEmpty && braked == nil && faults.isEmpty && done.failures.isEmpty }
}
