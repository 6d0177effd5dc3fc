import MartletModels

/// What the brake has to hold back.
extension Judge {
    /// A cell is asked to stop an instance.
    mutating func judgeBrake(_ id: RecordID, at now: Timestamp) {
        guard rules.hasManyStops else { return }
        brake.judge(mirror, at: now)
        // A pass that began before may still be at work.
        guard let since = brake.since, now - since > .seconds(5),
            brake.undecided(mirror, at: now).contains(id)
        else { return }
        report(.brakeHeld, "\(id) is asked to stop, one of many that nobody decided to stop", at: now)
    }

    /// What the brake has to hold back now; empty when it is not on.
    func withheld(at now: Timestamp) -> Set<RecordID> {
        guard rules.hasManyStops, brake.since != nil else { return [] }
        return brake.undecided(mirror, at: now)
    }

    /// Called when there was time enough to write down that it is on.
    mutating func judgeBrakeRecord(at now: Timestamp) {
        guard let since = brake.since, now - since > .seconds(35), !brake.isOnRecord else { return }
        report(.brakeHeld, "the brake is on since \((since - start).inSeconds), and no event tells of it", at: now)
    }
}
