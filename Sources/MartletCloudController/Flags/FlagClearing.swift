import MartletModels
import MartletStore

/// The moment at which `diego_docker` was turned off, as far as the events that are kept tell.
struct FlagClearing: Hashable, Sendable {
    struct Moment: Hashable, Sendable {
        var event: Int64
        var at: Timestamp
    }

    /// `nil` when the event has been deleted.
    var event: Int64?
    var at: Timestamp
    var by: String
    var enabledAgain: Moment?
    /// The first event that is kept, if some since the change are not.
    var isMissingBefore: Int64?

    /// The event behind which to read.
    var position: Int64 { event ?? (isMissingBefore ?? 1) - 1 }

    /// - Parameter since: the first time it was turned off after this event counts; without, the last time.
    /// - Returns: `nil` when it was not.
    init?(_ snapshot: StoreSnapshot, since: Int64?) throws(StoreError) {
        let changes = try snapshot.featureFlagEvents(.diegoDocker, after: since ?? 0).compactMap(Change.init)
        let offs = changes.filter { $0.before.enabled && !$0.after.enabled }
        if let off = since == nil ? offs.last : offs.first {
            (event, at, by) = (off.number, off.at, off.by)
        } else {
            guard let first = try snapshot.firstEventNumber(), first > (since ?? 0) + 1,
                let at = try Self.forgottenTime(snapshot, changes)
            else { return nil }
            (event, self.at, by, isMissingBefore) = (nil, at, "", first)
        }
        let again = changes.first { $0.number > position && $0.after.enabled }
        enabledAgain = again.map { Moment(event: $0.number, at: $0.at) }
    }

    /// When it was turned off by an event that is not kept: the flag itself knows.
    private static func forgottenTime(_ snapshot: StoreSnapshot, _ changes: [Change]) throws(StoreError) -> Timestamp? {
        if let first = changes.first { return first.before.enabled ? nil : first.before.updatedAt }
        let flag = try snapshot.featureFlag(.diegoDocker)
        return flag.enabled ? nil : flag.updatedAt
    }

    private struct Change {
        let number: Int64
        let at: Timestamp
        let before: FeatureFlag
        let after: FeatureFlag
        let by: String

        init?(_ event: NumberedEvent) {
            guard case .featureFlagChanged(let before, let after, let by) = event.event else { return nil }
            (number, at) = (event.number, event.at)
            (self.before, self.after, self.by) = (before, after, by)
        }
    }
}
