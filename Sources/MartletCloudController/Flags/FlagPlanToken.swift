import MartletCrypto

/// What an operator has seen of a plan: good for the change as long as it would stop the same.
///
/// Written as `EVENT-COUNT-DIGEST`, for example `4711-30-9f86d081884c`. The digest is over the state of the flag and,
/// in order, the process guid and index of every Docker instance that a cell holds, whichever of its records that is,
/// or that has crashed and is between two tries, and then the guid of every Docker task that a cell runs. So it changes
/// when more or less would stop, and when somebody else sets the flag. It does not change with what an operator has no
/// say in:
///
/// - which incarnation of an instance runs: a restart after a crash or on another cell has the same index, and an app
///   that crashes all the time would otherwise make every token void before it can be used;
/// - CLAIMED and RUNNING, because both stop.
///
/// An instance or a task that only waits for a cell is not in it, as it does not run; when it gets one, more would stop
/// than was shown. Event and count are there for the wording of a refusal only.
struct FlagPlanToken: Hashable, Sendable, CustomStringConvertible {
    /// The last event when the plan was made.
    let event: Int64
    /// Instances and tasks in the digest.
    let count: Int
    /// The first digits of a SHA-256 in hexadecimal: enough to tell an accident.
    let digest: String

    static let digits = 12

    init(event: Int64, count: Int, digest: String) { (self.event, self.count, self.digest) = (event, count, digest) }

    /// `nil` for what is no token.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let event = Int64(parts[0]), event >= 0, let count = Int(parts[1]), count >= 0,
            parts[2].utf8.count == Self.digits, Hex.decode(parts[2]) != nil
        else { return nil }
        self.init(event: event, count: count, digest: String(parts[2]))
    }

    var description: String { "\(event)-\(count)-\(digest)" }
}
