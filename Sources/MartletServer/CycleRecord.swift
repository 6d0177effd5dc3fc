/// One convergence pass: what set it off, what it saw, decided and did, and how long that took.
public struct CycleRecord: Codable, Hashable, Sendable {
    /// From 1 since the start of the server.
    public var number: Int
    /// What set it off, sorted.
    public var triggers: [String]
    /// Nanoseconds since 1970.
    public var startedAtNanoseconds: Int64
    public var seen = Seen()
    /// How many items of each kind the plan had.
    public var decided: [String: Int] = [:]
    /// The items in words, in the order of their kinds; at most `itemLimit`.
    public var items: [String] = []
    public var done = Done()
    /// Why stops were held back.
    public var braked: String?
    public var durations = Durations()

    static let itemLimit = 200

    init(number: Int, triggers: [String], startedAtNanoseconds: Int64) {
        self.number = number
        self.triggers = triggers
        self.startedAtNanoseconds = startedAtNanoseconds
    }

    public struct Seen: Codable, Hashable, Sendable {
        public var desiredLRPs = 0
        public var instances = 0
        /// Records by state; suspect and evacuating ones are counted under those names.
        public var actualLRPs: [String: Int] = [:]
        public var cells: [String] = []
        public var freshDomains: [String] = []
    }

    public struct Done: Codable, Hashable, Sendable {
        public var applied = 0
        /// Instances to stop whose cell has agreed to it lately and was not asked again.
        public var stopping = 0
        public var auctionsRequested = 0
        /// Items that could not be applied, with the reason; at most `itemLimit`.
        public var failures: [String] = []
    }

    /// Nanoseconds.
    public struct Durations: Codable, Hashable, Sendable {
        public var read: Int64 = 0
        public var apply: Int64 = 0
    }

    /// Whether there was nothing to do.
    public var isQuiet: Bool { decided.isEmpty && braked == nil && done.failures.isEmpty }
}
