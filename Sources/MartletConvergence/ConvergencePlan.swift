public import MartletModels

/// What one pass wants to change. Every list is sorted and holds a key at most once, so plans compare with `==`.
///
/// Items are independent of each other and safe to apply twice; each store verb checks its own again.
public struct ConvergencePlan: Hashable, Sendable {
    /// Wanted, but there is no record: create it and ask for an auction.
    public var create: [ActualLRPKey] = []
    /// Wanted but not admitted, and there is no record: create it with the placement error.
    public var createRefused: [RefusedInstance] = []
    /// Waiting for a cell although not admitted: put the placement error on it.
    public var refuse: [RefusedInstance] = []
    /// Waiting for a cell for too long, refused before a new cell appeared, or admitted again: ask for an auction.
    public var auction: [ActualLRPKey] = []
    /// Crashed, and its back-off has passed: unclaim it and ask for an auction.
    public var restart: [ActualLRPKey] = []
    /// Its cell is lost and a suspect record exists already: unclaim it.
    public var unclaim: [ActualLRPKey] = []
    /// Its cell is lost: keep the record as suspect and create a replacement, which is auctioned.
    public var suspect: [ActualLRPKey] = []
    /// As `suspect`, but it is no longer admitted, so the replacement only carries the placement error.
    public var suspectRefused: [RefusedInstance] = []
    /// Its cell has come back: drop the replacement, the suspect record becomes the ordinary one.
    public var unsuspect: [ActualLRPKey] = []
    /// Should not run: stop it, or delete a record that nobody holds.
    public var retire: [RetiredInstance] = []
    /// Suspect records that nobody needs any more.
    public var removeSuspect: [ActualLRPKey] = []
    /// Evacuating records whose cell is gone.
    public var removeEvacuating: [ActualLRPKey] = []
    /// Evacuating instances that are not admitted: ask their cell to stop them.
    public var stopEvacuating: [RetiredInstance] = []
    /// Its cell does not know the newest routes or metric tags: tell it.
    public var update: [ActualLRPKey] = []
    /// What would have been retired without the brake.
    public var withheld: [RetiredInstance] = []
    /// The earliest moment at which a waiting or crashed instance of the snapshot becomes due; `nil` when none will.
    public var nextDue: Timestamp?

    /// A plan without items.
    public init() {}

    /// Whether there is nothing to change.
    public var isEmpty: Bool {
        var other = ConvergencePlan()
        other.nextDue = nextDue
        return self == other
    }

    /// Every key for which this pass asks for an auction, sorted.
    public var auctionRequests: [ActualLRPKey] { (create + auction + restart + suspect).sorted() }

    mutating func sort() {
        create.sort()
        auction.sort()
        restart.sort()
        unclaim.sort()
        suspect.sort()
        unsuspect.sort()
        removeSuspect.sort()
        removeEvacuating.sort()
        update.sort()
        createRefused.sort { $0.key < $1.key }
        refuse.sort { $0.key < $1.key }
        suspectRefused.sort { $0.key < $1.key }
        retire.sort { $0.key < $1.key }
        stopEvacuating.sort { $0.key < $1.key }
        withheld.sort { $0.key < $1.key }
    }
}

/// An instance that may not run, and the placement error that says why.
public struct RefusedInstance: Hashable, Sendable {
    /// Which instance.
    public var key: ActualLRPKey
    /// What is written on its record; names the flag.
    public var placementError: String

    /// - Parameter placementError: as `AdmissionRefusal` words it.
    public init(key: ActualLRPKey, placementError: String) { (self.key, self.placementError) = (key, placementError) }
}

/// An instance that should not run, and why.
public struct RetiredInstance: Hashable, Sendable {
    /// Why it should not run.
    public enum Reason: Hashable, Sendable {
        /// The flag that governs its root file system is off.
        case flag(FeatureFlagName)
        /// Its process guid is not desired. `decision` is the event of the removal; without one its domain is fresh.
        case notDesired(decision: Int64?)
        /// Its index is beyond the desired number.
        case beyondInstances(Int)

        /// Whether somebody's decision to stop it stands in the store. A desired LRP that is there says how many
        /// instances it wants; only what nobody speaks of may have been forgotten.
        public var isDecided: Bool {
            switch self {
            case .flag, .beyondInstances: true
            case .notDesired(let decision): decision != nil
            }
        }
    }

    /// Which instance.
    public var key: ActualLRPKey
    /// Deleting the record, or asking the cell that holds it to stop first.
    public var action: ActualLRP.Retirement
    /// Why it should not run.
    public var reason: Reason

    /// - Parameter action: as of the record that the plan was made from.
    public init(key: ActualLRPKey, action: ActualLRP.Retirement, reason: Reason) {
        self.key = key
        self.action = action
        self.reason = reason
    }
}
